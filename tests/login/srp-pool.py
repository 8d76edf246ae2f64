#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A user pool's API on loopback that does the server's side of USER_SRP_AUTH for real, and can
misbehave.

  srp-pool.py LOG CERTIFICATE
      prints its port, then serves, with the certificate at that path (tests/tools/tls.py); each
      request is a line of JSON in LOG

The pool is us-east-1_AbCdEf123. An app client is called after what it allows: public (both flows),
srp, plain, none, secret. A user's name says what happens:

  alice           signs in with PASSWORD
  carol@example   the same, but the pool knows her as another (an alias)
  WORDS           of answers below: misbehaviour, or challenges to be answered after the password,
                  separated by '+' (sms, email, app, choose, new, custom, setup, forever)
"""

import base64
import calendar
import http.server
import json
import os
import re
import secrets
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))

sys.dont_write_bytecode = True
sys.path[:0] = [os.path.join(HERE, "srp"), os.path.join(HERE, "..", "tools")]
import cognito_srp as srp  # noqa: E402
import tls  # noqa: E402

POOL = "AbCdEf123"
PASSWORD = "Correct-Horse-7"
CODE = "123456"
SALT = 0x00ab5ca1ab1e00c0ffee1234567890ab
TARGET = "AWSCognitoIdentityProviderService."
ALIASES = {"carol@example": "f2a1c0de-0001-4000-8000-00000000caro1"}
PATTERN = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|"
                     r"Dec) ([1-9]|[12]\d|3[01]) \d\d:\d\d:\d\d UTC \d{4}")
FLOWS = {"public": ("USER_SRP_AUTH", "USER_PASSWORD_AUTH"), "srp": ("USER_SRP_AUTH",),
         "plain": ("USER_PASSWORD_AUTH",), "none": ()}

# What the pool's own words are, as far as they are known.
FAULTS = {
    "session": ("NotAuthorizedException", "Invalid session for the user, session is expired."),
    "disabled": ("NotAuthorizedException", "User is disabled."),
    "attempts": ("NotAuthorizedException", "Password attempts exceeded"),
    "temporary": ("NotAuthorizedException", "Temporary password has expired and must be reset by "
                  "an administrator."),
    "unknown": ("UserNotFoundException", "User does not exist."),
    "reset": ("PasswordResetRequiredException", "Password reset required for the user"),
    "unconfirmed": ("UserNotConfirmedException", "User is not confirmed."),
    "requests": ("TooManyRequestsException", "Too many requests"),
    "limit": ("LimitExceededException", "Attempt limit exceeded, please try after some time."),
    "waf": ("ForbiddenException", "Request not allowed due to WAF block."),
    "trigger": ("UserLambdaValidationException", "PreAuthentication failed with error Not today.\033"),
    "strange": ("com.amazonaws.cognito#StrangeException", None),
}


class Fault(Exception):
    def __init__(self, name, message):
        super().__init__(name)
        self.body = {"__type": name}
        if message is not None:
            self.body["message"] = message


class Raw(Exception):
    """Bytes to be sent as they are."""

    def __init__(self, body, status=200):
        super().__init__()
        self.raw, self.status = body.encode(), status


def segment(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def tokens(user):
    id_token = segment({"alg": "RS256"}) + "." + segment({"user": user}) + "." + "s" * 342
    device = {"NewDeviceMetadata": {"DeviceKey": "us-east-1_0c6a52e7", "DeviceGroupKey": "-Ab"}}
    return {"AuthenticationResult": {
        **(device if user == "device" else {}),
        "AccessToken": "access-" + user, "ExpiresIn": 3600, "IdToken": id_token,
        "RefreshToken": "refresh." + "-_r" * 500, "TokenType": "Bearer"}, "ChallengeParameters": {}}


RAW = {
    "html": ("<html>Bad gateway</html>", 502),
    "notjson": ("{", 200),
    "list": ("[]", 200),
    "empty": ("{}", 200),
    "emptyfault": ("{}", 400),
    "nothing": ("", 200),
    "null": ('{"AuthenticationResult": null, "ChallengeName": null}', 200),
    "notobject": ('{"AuthenticationResult": "yes"}', 200),
    "noid": ('{"AuthenticationResult": {"AccessToken": "x", "RefreshToken": "y"}}', 200),
    "notoken": ('{"AuthenticationResult": {"IdToken": "a.b"}}', 200),
    "escaped": ('{"AuthenticationResult": {"IdToken": "a.\\u0062.c"}}', 200),
    "norefresh": ('{"AuthenticationResult": {"IdToken": "a.b.c"}}', 200),
    "nodevice": ('{"AuthenticationResult": {"IdToken": "a.b.c", "NewDeviceMetadata": null}}', 200),
    "spacedrefresh": ('{"AuthenticationResult": {"IdToken": "a.b.c", "RefreshToken": "a b"}}', 200),
    "longrefresh": ('{"AuthenticationResult": {"IdToken": "a.b.c", "RefreshToken": "%s"}}'
                    % ("r" * 16385), 200),
    "twice": ('{"ChallengeName": "SMS_MFA", "ChallengeName": "EMAIL_OTP"}', 200),
    "number": ('{"ChallengeName": 7}', 200),
    "lower": ('{"ChallengeName": "sms_mfa\\n"}', 200),
    "longsession": ('{"ChallengeName": "SMS_MFA", "Session": "%s"}' % ("s" * 8193), 200),
    "badparameters": ('{"ChallengeName": "SMS_MFA", "ChallengeParameters": [1]}', 200),
    # Tokens beside a question are no success.
    "both": ('{"ChallengeName": "CUSTOM_CHALLENGE", "AuthenticationResult": {"IdToken": "a.b.c"}}',
             200),
}

# What a dishonest or broken server sends for the proof.
SPOILED = {
    "zero": {"SRP_B": "0"},
    "prime": {"SRP_B": "%x" % srp.N},
    "beyond": {"SRP_B": "%x" % (srp.N * 2)},
    "nob": {"SRP_B": None},
    "nosalt": {"SALT": ""},
    "noblock": {"SECRET_BLOCK": "not base64"},
    "nouser": {"USER_ID_FOR_SRP": None},
}


class Pool:
    def __init__(self):
        self.sessions = {}

    def open(self, **state):
        session = base64.b64encode(secrets.token_bytes(300)).decode() + "/+"
        self.sessions[session] = state
        return session

    def initiate(self, request):
        client, flow, given = request["ClientId"], request["AuthFlow"], request["AuthParameters"]
        user = given["USERNAME"]
        if client == "secret":
            raise Fault("NotAuthorizedException",
                        "Client secret is configured with secret but SECRET_HASH was not received")
        if client not in FLOWS:
            raise Fault("ResourceNotFoundException",
                        "User pool client %s does not exist." % client)
        if flow not in FLOWS[client]:
            raise Fault("InvalidParameterException", "%s is not enabled for the client." % flow
                        if flow == "USER_SRP_AUTH" else
                        "%s flow not enabled for this client" % flow)
        if user in FAULTS:
            raise Fault(*FAULTS[user])
        if user in RAW:
            raise Raw(*RAW[user])
        if flow == "USER_SRP_AUTH":
            return self.challenge_proof(user, int(given["SRP_A"], 16))
        if given["PASSWORD"] != PASSWORD:
            raise Fault("NotAuthorizedException", "Incorrect username or password.")
        return self.next(user, challenges_of(user))

    def challenge_proof(self, user, a_value):
        if a_value % srp.N == 0:
            raise Fault("InvalidParameterException", "A is 0")
        known = ALIASES.get(user, user)
        b = int.from_bytes(secrets.token_bytes(64), "big")
        v = srp.verifier(POOL, known, PASSWORD, SALT)
        block = secrets.token_bytes(1200) + b"\xff\xfe\xfd"
        parameters = {"SALT": "%x" % SALT, "SRP_B": "%x" % srp.server_value(b, v),
                      "SECRET_BLOCK": base64.b64encode(block).decode(), "USERNAME": known,
                      "USER_ID_FOR_SRP": known}
        session = self.open(user=user, known=known, a_value=a_value, b=b, v=v, block=block,
                            name="PASSWORD_VERIFIER")
        parameters.update(SPOILED.get(user, {}))
        return {"ChallengeName": "PASSWORD_VERIFIER", "ChallengeParameters": parameters,
                "Session": session}

    def check_proof(self, state, given):
        timestamp = given["TIMESTAMP"]
        if not PATTERN.fullmatch(timestamp):
            raise Fault("InvalidParameterException", "TIMESTAMP is malformed")
        seconds = calendar.timegm(time.strptime(timestamp, "%a %b %d %H:%M:%S UTC %Y"))
        if abs(seconds - time.time()) > 60:
            raise Fault("NotAuthorizedException", "Invalid timestamp")
        if base64.b64decode(given["PASSWORD_CLAIM_SECRET_BLOCK"], validate=True) != state["block"]:
            raise Fault("InvalidParameterException", "another SECRET_BLOCK")
        u = srp.scrambler(state["a_value"], srp.server_value(state["b"], state["v"]))
        secret = srp.server_secret(state["a_value"], state["b"], state["v"])
        expected = srp.signature(srp.derived_key(secret, u), POOL, state["known"], state["block"],
                                 timestamp)
        if given["PASSWORD_CLAIM_SIGNATURE"] != expected:
            raise Fault("NotAuthorizedException", "Incorrect username or password.")

    def next(self, user, left):
        """The first challenge of those LEFT, or the tokens."""
        if not left:
            return tokens(user)
        name, parameters = CHALLENGES[left[0]]
        known = ALIASES.get(user, user)
        session = self.open(user=user, known=known, name=name, left=left[1:], kind=left[0])
        return {"ChallengeName": name, "Session": session,
                "ChallengeParameters": dict(parameters, USER_ID_FOR_SRP=known)}

    def respond(self, request):
        state = self.sessions.get(request.get("Session"))
        given = request["ChallengeResponses"]
        if state is None or request["ChallengeName"] != state["name"]:
            raise Fault("NotAuthorizedException", "Invalid session for the user, session is expired.")
        if given["USERNAME"] != state["known"]:
            raise Fault("NotAuthorizedException", "Invalid session for the user.")
        if state["name"] == "PASSWORD_VERIFIER":
            self.check_proof(state, given)
            user = state["user"]
            return self.next(user, challenges_of(user))
        return self.check_answer(state, given)

    def check_answer(self, state, given):
        name, user, left = state["name"], state["user"], state["left"]
        if name == "SELECT_MFA_TYPE":
            left = [{"SMS_MFA": "sms", "EMAIL_OTP": "email", "SOFTWARE_TOKEN_MFA": "app"}[
                given["ANSWER"]]] + left
        elif name == "NEW_PASSWORD_REQUIRED":
            if len(given["NEW_PASSWORD"]) < 8:
                raise Fault("InvalidPasswordException", "Password did not conform with policy: "
                            "Password not long enough")
            if not given.get("userAttributes.given_name"):
                raise Fault("InvalidParameterException", "given_name is missing")
        elif state["kind"] == "expired":
            raise Fault("ExpiredCodeException", "Your software token has already been used once.")
        elif state["kind"] == "forever":
            left = ["forever"]
        elif given[name + "_CODE"] != CODE:
            raise Fault("CodeMismatchException", "Invalid code or auth state for the user.")
        return self.next(user, left)


SENT = {"CODE_DELIVERY_DESTINATION": "+*******1234", "CODE_DELIVERY_DELIVERY_MEDIUM": "SMS"}
CHALLENGES = {
    "sms": ("SMS_MFA", SENT),
    "email": ("EMAIL_OTP", {"CODE_DELIVERY_DESTINATION": "a***@e***\033[31m"}),
    "app": ("SOFTWARE_TOKEN_MFA", {"FRIENDLY_DEVICE_NAME": "phone"}),
    "bareapp": ("SOFTWARE_TOKEN_MFA", {"FRIENDLY_DEVICE_NAME": None}),
    "expired": ("SOFTWARE_TOKEN_MFA", {}),
    "forever": ("SMS_MFA", SENT),
    "choose": ("SELECT_MFA_TYPE", {
        "MFAS_CAN_CHOOSE": '["SMS_MFA","SOFTWARE_TOKEN_MFA","WINK","EMAIL_OTP"]'}),
    "chooseone": ("SELECT_MFA_TYPE", {"MFAS_CAN_CHOOSE": '["WINK", "EMAIL_OTP"]'}),
    "choosenone": ("SELECT_MFA_TYPE", {"MFAS_CAN_CHOOSE": '["WINK"]'}),
    "choosebad": ("SELECT_MFA_TYPE", {"MFAS_CAN_CHOOSE": "SMS_MFA"}),
    "new": ("NEW_PASSWORD_REQUIRED", {"requiredAttributes": '["userAttributes.given_name"]',
                                      "userAttributes": '{"email": "a@b.example"}'}),
    "newbad": ("NEW_PASSWORD_REQUIRED", {"requiredAttributes": '["NEW_PASSWORD"]'}),
    "custom": ("CUSTOM_CHALLENGE", {}),
    "setup": ("MFA_SETUP", {"MFAS_CAN_SETUP": '["SOFTWARE_TOKEN_MFA"]'}),
}


def challenges_of(user):
    return [word for word in user.split("+") if word in CHALLENGES]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    pool, log = Pool(), None

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        target = self.headers["X-Amz-Target"]
        Handler.log.write(json.dumps({"target": target, "body": json.loads(body)}) + "\n")
        Handler.log.flush()
        calls = {TARGET + "InitiateAuth": self.pool.initiate,
                 TARGET + "RespondToAuthChallenge": self.pool.respond}
        try:
            if self.headers["Content-Type"] != "application/x-amz-json-1.1" or self.path != "/":
                raise Fault("UnknownOperationException", "no call")
            self.answer(200, calls[target](json.loads(body)))
        except Fault as fault:
            self.answer(400, fault.body)
        except Raw as raw:
            self.send(raw.status, raw.raw)
        except KeyError as error:
            self.answer(400, {"__type": "InvalidParameterException",
                              "message": "Missing required parameter %s" % error})

    def answer(self, status, value):
        self.send(status, json.dumps(value).replace("/", "\\/").encode())

    def send(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def date_time_string(self, timestamp=None):
        return super().date_time_string(time.time() + float(os.environ.get("AHEAD", "0")))

    def log_message(self, *_):
        pass


def main(log, certificate):
    Handler.log = open(log, "a", encoding="ascii")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    tls.protect(server, certificate)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
