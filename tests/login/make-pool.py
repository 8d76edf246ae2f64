#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes a user pool with a public app client in the emulator cognito-local.

make-pool.py ADDRESS CA-FILE FOLDER PORT...: waits for the emulator, makes the user alice, registers
the callback at each PORT of localhost; writes pool_id and client_id to FOLDER.
"""

import json
import os
import ssl
import sys
import time
import urllib.error
import urllib.request

PASSWORD = "Correct-Horse-7"


def call(address, context, name, **parameters):
    request = urllib.request.Request(
        address + "/", json.dumps(parameters).encode(),
        {"Content-Type": "application/x-amz-json-1.1",
         "X-Amz-Target": "AWSCognitoIdentityProviderService." + name})
    with urllib.request.urlopen(request, context=context, timeout=20) as answer:
        return json.loads(answer.read() or b"{}")


def await_health(address, context):
    for _ in range(300):
        try:
            urllib.request.urlopen(address + "/health", context=context, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    sys.exit("make-pool: the emulator does not answer")


def main(address, ca_file, folder, *ports):
    context = ssl.create_default_context(cafile=ca_file)
    await_health(address, context)
    pool = call(address, context, "CreateUserPool", PoolName="people")["UserPool"]["Id"]
    client = call(address, context, "CreateUserPoolClient", UserPoolId=pool, ClientName="laptops",
                  AllowedOAuthFlows=["code"], AllowedOAuthFlowsUserPoolClient=True,
                  AllowedOAuthScopes=["openid"], SupportedIdentityProviders=["COGNITO"],
                  CallbackURLs=["http://localhost:%s/callback" % port for port in ports],
                  IdTokenValidity=1, TokenValidityUnits={"IdToken": "hours"})
    client = client["UserPoolClient"]["ClientId"]
    call(address, context, "AdminCreateUser", UserPoolId=pool, Username="alice",
         MessageAction="SUPPRESS", UserAttributes=[{"Name": "email", "Value": "alice@example.com"}])
    call(address, context, "AdminSetUserPassword", UserPoolId=pool, Username="alice",
         Password=PASSWORD, Permanent=True)
    for name, text in (("pool_id", pool), ("client_id", client)):
        with open(os.path.join(folder, name), "w", encoding="ascii") as output:
            output.write(text + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
