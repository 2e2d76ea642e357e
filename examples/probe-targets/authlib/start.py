"""Starts Authlib's grant for ID-JAGs on Flask, as a resource authorization server that is not ours, to be probed: wired as
the example in Authlib's documentation. Prints one line of JSON when it listens.

    AUTHLIB_INSECURE_TRANSPORT=1 python start.py --issuer http://localhost:8080 --issuer http://localhost:8080/orgs/second

What Authlib leaves to whoever deploys it is chosen here: the clients, the users, where tokens and used ids are kept, and
how a key set is fetched. Its example authenticates no client; --authenticate adds that.
"""

import argparse
import json
import secrets
import time
import urllib.request

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.drafts import IDJAGGrant
from authlib.oauth2.rfc6749 import ClientMixin, InvalidGrantError
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from flask import Flask, jsonify, request
from joserfc.jwk import KeySet

flags = argparse.ArgumentParser()
flags.add_argument("--issuer", action="append", required=True)
flags.add_argument("--port", type=int, default=9004)
# What Authlib's example does not: the client proves who it is.
flags.add_argument("--authenticate", action="store_true")
# What Authlib's example does: it imports all keys of a set at once, so that one of an unknown kind breaks the others.
flags.add_argument("--whole-key-set", action="store_true")
given = flags.parse_args()
base = f"http://localhost:{given.port}"

SCOPES = ["mcp:read", "mcp:write"]
USERS = ["00uProbe000000000001", "00uProbe000000000002"]
KINDS = ["RSA", "EC", "OKP", "oct"]
SECRET = "-secret-for-testing-only"
key_sets, used, tokens = {}, [], {}


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


fetch = urllib.request.build_opener(NoRedirect).open


def key_set_of(issuer, kid):
    """At most 100 kB from that very place. Kept for five minutes; asked for again for a kid that it lacks, but not within 30 seconds."""
    kept = key_sets.get(issuer)
    age = time.time() - kept[0] if kept else float("inf")
    lacks = kept is not None and kid not in [key.get("kid") for key in kept[1]["keys"]]
    if age > 300 or (lacks and age > 30):
        try:
            with fetch(f"{issuer}/oauth2/v1/keys", timeout=5) as answer:
                key_sets[issuer] = (time.time(), json.loads(answer.read(100_000)))
        except (OSError, ValueError) as error:
            raise InvalidGrantError(description="The keys of the issuer cannot be had") from error
    return key_sets[issuer][1]


class Client(ClientMixin):
    def __init__(self, client_id, grants):
        self.client_id, self.grants = client_id, grants

    def get_client_id(self):
        return self.client_id

    def get_allowed_scope(self, scope):
        return " ".join(one for one in (scope or "").split() if one in SCOPES)

    def check_client_secret(self, client_secret):
        return client_secret == self.client_id + SECRET

    def check_endpoint_auth_method(self, method, endpoint):
        return method in Grant.TOKEN_ENDPOINT_AUTH_METHODS

    def check_grant_type(self, grant_type):
        return grant_type in self.grants


class Grant(IDJAGGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]

    def validate_token_request(self):
        if given.authenticate:
            self.request.client = self.authenticate_token_endpoint_client()
        super().validate_token_request()

    def get_audiences(self):
        return [base]

    def resolve_issuer_key(self, issuer, headers):
        if issuer not in given.issuer:
            raise InvalidGrantError(description="Untrusted issuer")
        keys = key_set_of(issuer, headers.get("kid"))["keys"]
        return KeySet.import_key_set({"keys": [key for key in keys if given.whole_key_set or key["kty"] in KINDS]})

    def resolve_client_by_id(self, client_id):
        return client_by_id(client_id)

    # By the subject alone, as in Authlib's example: the hook is not told the issuer.
    def authenticate_user(self, subject):
        return subject if subject in USERS else None

    # By jti alone, as in Authlib's example.
    def check_jti(self, claims, jti):
        if jti in used:
            return False
        used.append(jti)
        return True

    def check_id_jag_permission(self, client, user, scopes):
        return True


CLIENTS = [
    Client("probed-client", [Grant.GRANT_TYPE]),
    Client("other-client", [Grant.GRANT_TYPE]),
    Client("grantless-client", ["authorization_code"]),
]


def client_by_id(client_id):
    return next((client for client in CLIENTS if client.client_id == client_id), None)


def save_token(token, token_request):
    tokens[token["access_token"]] = token_request.user


app = Flask("probed")
server = AuthorizationServer(app, query_client=client_by_id, save_token=save_token)
server.register_token_generator("default", BearerTokenGenerator(lambda **_: secrets.token_urlsafe(32)))
server.register_grant(Grant)


@app.post("/token")
def token():
    return server.create_token_response()


@app.route("/mcp", methods=["GET", "POST"])
def resource():
    """No MCP server, but what the probe needs of one: it lets in who has a token, and says who that is."""
    user = tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
    return jsonify(sub=user) if user else (jsonify(error="invalid_token"), 401)


said = {"issuer": base, "mcpUrl": f"{base}/mcp", "tokenEndpoint": f"{base}/token", "clientId": CLIENTS[0].client_id}
print(json.dumps({**said, "clientSecret": CLIENTS[0].client_id + SECRET}), flush=True)
app.run("127.0.0.1", given.port, threaded=True)
