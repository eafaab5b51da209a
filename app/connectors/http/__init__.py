"""The one HTTP layer: the only room that imports requests and urllib3, and the one seam for their exceptions.

    client      HttpClient: one remote, one origin; what a request is
    connection  sockets, TLS and the session underneath; every one of them stands under the request's watch
    lookup      host names to addresses, never longer than the request may last
    digest      sign-in by challenge
    head        an answer's head, whole or none
    reading     a body within its limits
    unpacking   gzip and deflate, to their very end
    refusal     the server's own reason in a refusal, without what was secret in the question
    fault       foreign exceptions become ours

It never sleeps and never retries: ``app.base.pacing`` says when to ask again. Runs on the remote's own net lane, one
call at a time. Importing this costs requests' 0.1 s: do it late.
"""

from app.connectors.http.client import Deadlines, HttpClient, Params
from app.connectors.http.digest import Challenged, Digest

__all__ = ["Challenged", "Deadlines", "Digest", "HttpClient", "Params"]
