// SPDX-License-Identifier: MIT
//
// node -r nonce.js .../cognito-local/lib/bin/start.js: the emulator with what it lacks, the nonce of
// an authorization request (OpenID Connect Core, 2), which Amazon Cognito puts into the ID token.

"use strict";

const http = require("http");
const https = require("https");
const jwt = require("jsonwebtoken");

const sign = jwt.sign;
let nonce;

for (const { Server } of [http, https]) {
    const emit = Server.prototype.emit;
    Server.prototype.emit = function (event, request, ...more) {
        const asked = event === "request" && new URL(request.url, "http://pool").searchParams;
        if (asked && asked.has("nonce"))
            nonce = asked.get("nonce");
        return emit.call(this, event, request, ...more);
    };
}

jwt.sign = (claims, ...more) =>
    sign(nonce && claims.token_use === "id" ? { ...claims, nonce } : claims, ...more);
