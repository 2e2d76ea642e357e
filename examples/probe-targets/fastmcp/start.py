"""Starts FastMCP as a resource authorization server that is not ours, to be probed: its OAuthProxy with identity_assertion,
as its documentation has it, and an MCP server behind it. Prints one line of JSON when it listens.

    python start.py --issuer http://localhost:8080 --issuer http://localhost:8080/orgs/second --port 9002

The upstream provider that an OAuthProxy stands before is a name only: the grant for ID-JAGs never asks it.
"""

import argparse
import asyncio
import json

import uvicorn
from fastmcp import FastMCP
from fastmcp.server.auth.identity_assertion import IdentityAssertion
from fastmcp.server.auth.oauth_proxy import OAuthProxy
from fastmcp.server.auth.providers.jwt import JWTVerifier
from fastmcp.server.dependencies import get_access_token
from key_value.aio.stores.memory import MemoryStore
from mcp.shared.auth import OAuthClientInformationFull

flags = argparse.ArgumentParser()
# Trusted issuers. Their key sets are found by way of OpenID discovery, which is what FastMCP does unless told otherwise.
flags.add_argument("--issuer", action="append", required=True)
flags.add_argument("--port", type=int, default=9002)
# FastMCP makes every client a public one: there are ids, and no secrets.
flags.add_argument("--client-id", action="append")
given = flags.parse_args()
clients = given.client_id or ["probed-client", "other-client"]
base = f"http://localhost:{given.port}"

auth = OAuthProxy(
    upstream_authorization_endpoint="https://upstream.example/authorize",
    upstream_token_endpoint="https://upstream.example/token",
    upstream_client_id="unused",
    upstream_client_secret="unused-secret-for-testing-only-0123456789",
    token_verifier=JWTVerifier(jwks_uri="https://upstream.example/jwks"),
    base_url=base,
    issuer_url=base,
    client_storage=MemoryStore(),
    identity_assertion=IdentityAssertion(trusted_issuers=given.issuer),
)
mcp = FastMCP("probed", auth=auth)


@mcp.tool
def whoami() -> dict:
    """For whom the access token stands: an id of one issuer, which another issuer may give to somebody else."""
    token = get_access_token()
    return {"sub": f"{token.claims.get('assertion_iss')} {token.claims.get('sub')}"}


async def main():
    for client_id in clients:
        # The redirect URI is demanded of every client, also of one that never redirects.
        redirects = ["http://127.0.0.1/unused"]
        await auth.register_client(OAuthClientInformationFull(client_id=client_id, redirect_uris=redirects))
    # Without sessions, so that one request can call a tool.
    app = mcp.http_app(path="/mcp", stateless_http=True, json_response=True)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=given.port, log_level="warning"))
    serving = asyncio.create_task(server.serve())
    while not server.started and not serving.done():
        await asyncio.sleep(0.05)
    said = {"issuer": base, "mcpUrl": f"{base}/mcp", "tokenEndpoint": f"{base}/token", "clientId": clients[0]}
    print(json.dumps(said), flush=True)
    await serving


asyncio.run(main())
