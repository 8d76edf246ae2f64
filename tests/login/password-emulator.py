#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""People in a pool of the emulator cognito-local, for password.bats.

  password-emulator.py port          prints a port of loopback that nobody uses
  password-emulator.py people URL CA-FILE FOLDER
      waits for the emulator, makes a pool, and writes pool_id, client_id, secret and secret_of_sue
      (of their authenticator apps) to FOLDER
  password-emulator.py code SECRET   prints the code that the app shows now (RFC 6238)

alice has a password, nora has to set a new one, tom has an authenticator app, sue has two factors.
"""

import base64
import hmac
import json
import os
import socket
import ssl
import struct
import sys
import time
import urllib.error
import urllib.request

PASSWORD = "Correct-Horse-7"


class Emulator:
    def __init__(self, url, ca_file):
        self.url = url
        self.tls = ssl.create_default_context(cafile=ca_file)

    def await_health(self):
        for _ in range(300):
            try:
                urllib.request.urlopen(self.url + "health", context=self.tls, timeout=5).close()
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        sys.exit("password-emulator.py: the emulator does not answer")

    def call(self, name, **parameters):
        request = urllib.request.Request(
            self.url, json.dumps(parameters).encode(),
            {"Content-Type": "application/x-amz-json-1.1",
             "X-Amz-Target": "AWSCognitoIdentityProviderService." + name})
        with urllib.request.urlopen(request, context=self.tls, timeout=20) as answer:
            return json.loads(answer.read() or b"{}")


def code(secret, now):
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack(">Q", int(now) // 30), "sha1").digest()
    start = mac[-1] & 15
    return "%06d" % ((struct.unpack(">I", mac[start:start + 4])[0] & 0x7fffffff) % 1000000)


def add_person(emulator, pool, name, permanent=True):
    emulator.call("AdminCreateUser", UserPoolId=pool, Username=name, MessageAction="SUPPRESS",
                  TemporaryPassword=PASSWORD)
    if permanent:
        emulator.call("AdminSetUserPassword", UserPoolId=pool, Username=name, Password=PASSWORD,
                      Permanent=True)


def add_app(emulator, client, name, second=False):
    access = emulator.call(
        "InitiateAuth", ClientId=client, AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD})
    access = access["AuthenticationResult"]["AccessToken"]
    secret = emulator.call("AssociateSoftwareToken", AccessToken=access)["SecretCode"]
    emulator.call("VerifySoftwareToken", AccessToken=access, UserCode=code(secret, time.time()),
                  FriendlyDeviceName="phone")
    if second:
        emulator.call("SetUserMFAPreference", AccessToken=access, SMSMfaSettings={"Enabled": True})
    return secret


def people(url, ca_file, folder):
    emulator = Emulator(url, ca_file)
    emulator.await_health()
    pool = emulator.call("CreateUserPool", PoolName="people", MfaConfiguration="OPTIONAL")
    pool = pool["UserPool"]["Id"]
    client = emulator.call("CreateUserPoolClient", UserPoolId=pool, ClientName="laptop",
                           ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"])
    client = client["UserPoolClient"]["ClientId"]
    for name in ("alice", "tom", "sue"):
        add_person(emulator, pool, name)
    add_person(emulator, pool, "nora", permanent=False)
    made = {"pool_id": pool, "client_id": client, "secret": add_app(emulator, client, "tom"),
            "secret_of_sue": add_app(emulator, client, "sue", second=True)}
    for name, text in made.items():
        with open(os.path.join(folder, name), "w", encoding="ascii") as output:
            output.write(text + "\n")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def main(command, *arguments):
    if command == "port":
        print(free_port())
    elif command == "people":
        people(*arguments)
    elif command == "code":
        print(code(arguments[0], time.time()))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:])
