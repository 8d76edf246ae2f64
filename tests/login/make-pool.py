#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes a user pool with a public app client in the emulator cognito-local.

make-pool.py ADDRESS FOLDER PORT...: waits for the emulator, makes the user alice, registers the
callback at each PORT of localhost; writes pool_id and client_id to FOLDER.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request

PASSWORD = "Correct-Horse-7"


def call(address, name, **parameters):
    request = urllib.request.Request(
        address + "/", json.dumps(parameters).encode(),
        {"Content-Type": "application/x-amz-json-1.1",
         "X-Amz-Target": "AWSCognitoIdentityProviderService." + name})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read() or b"{}")


def await_health(address):
    for _ in range(300):
        try:
            urllib.request.urlopen(address + "/health", timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    sys.exit("make-pool: the emulator does not answer")


def main(address, folder, *ports):
    await_health(address)
    pool = call(address, "CreateUserPool", PoolName="people")["UserPool"]["Id"]
    client = call(address, "CreateUserPoolClient", UserPoolId=pool, ClientName="laptops",
                  AllowedOAuthFlows=["code"], AllowedOAuthFlowsUserPoolClient=True,
                  AllowedOAuthScopes=["openid"], SupportedIdentityProviders=["COGNITO"],
                  CallbackURLs=["http://localhost:%s/callback" % port for port in ports],
                  IdTokenValidity=1, TokenValidityUnits={"IdToken": "hours"})
    client = client["UserPoolClient"]["ClientId"]
    call(address, "AdminCreateUser", UserPoolId=pool, Username="alice", MessageAction="SUPPRESS",
         UserAttributes=[{"Name": "email", "Value": "alice@example.com"}])
    call(address, "AdminSetUserPassword", UserPoolId=pool, Username="alice", Password=PASSWORD,
         Permanent=True)
    for name, text in (("pool_id", pool), ("client_id", client)):
        with open(os.path.join(folder, name), "w", encoding="ascii") as output:
            output.write(text + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
