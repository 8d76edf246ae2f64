// SPDX-License-Identifier: MIT
//
// rivals.mjs MODULES POOL TURNS CALLS: the time that aws-jwt-verify and jose, installed in the folder
// MODULES, take for the token of POOL, their keys being in memory. A line for each turn of CALLS
// verifications: NAME MICROSECONDS, for one of them. Of the clock's time and the processor's the
// smaller one counts, so that neither threads beside nor other processes are held against them.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { webcrypto } from "node:crypto";

const [modules, pool, turns, calls] = process.argv.slice(2);
const require = createRequire(pathToFileURL(modules + "/"));
globalThis.crypto ??= webcrypto; // node 18 has it, but not there

const read = (name) => readFileSync(`${pool}/${name}`, "ascii");
const { pool_id: poolId, client_id: clientId } = JSON.parse(read("pool.json"));
const issuer = `https://cognito-idp.${poolId.split("_")[0]}.amazonaws.com/${poolId}`;
const keys = JSON.parse(read("jwks.json"));
const token = read("token-now");

async function aws() {
    const { CognitoJwtVerifier } = require("aws-jwt-verify");
    const verifier = CognitoJwtVerifier.create({ userPoolId: poolId, clientId, tokenUse: "id" });
    verifier.cacheJwks(keys);
    return () => verifier.verifySync(token);
}

async function jose() {
    const { jwtVerify, createLocalJWKSet } = await import(
        pathToFileURL(require.resolve("jose"))
    );
    const set = createLocalJWKSet(keys);
    const options = { issuer, audience: clientId, algorithms: ["RS256"] };
    return () => jwtVerify(token, set, options);
}

async function turn(verify) {
    const clock = process.hrtime.bigint();
    const processor = process.cpuUsage();
    for (let i = 0; i < calls; i++) {
        await verify();
    }
    const { user, system } = process.cpuUsage(processor);
    const elapsed = Number(process.hrtime.bigint() - clock) / 1000;
    return Math.min(elapsed, user + system) / calls;
}

const contestants = [];
for (const [name, make] of Object.entries({ aws_jwt_verify: aws, jose })) {
    try {
        contestants.push([name, await make()]);
    } catch (error) {
        console.error(`${name}: ${error.message}`);
    }
}
for (const [, verify] of contestants) {
    await turn(verify); // compiled by now
}
for (let i = 0; i < turns; i++) {
    for (const [name, verify] of contestants) {
        console.log(`${name} ${await turn(verify)}`);
    }
}
