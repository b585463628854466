"""One POST to a model server, and what can go wrong with it in a sentence."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from typing import Any

from core.errors import InputError, ModelUnavailable

TIMEOUT_S = 120


class Server:
    """`url` is an address that paths are put behind. `setting` names the setting it came from, `what` what answers there."""

    def __init__(self, url: str, api_key: str, setting: str, what: str) -> None:
        self.url = url.rstrip("/")
        if not self.url.startswith(("http://", "https://")):
            raise InputError(f"{setting}={url!r} is not allowed; needed: an address that starts with http:// or https://.")
        self._api_key, self._setting, self._what = api_key, setting, what

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """The answer's JSON. Raises ModelUnavailable, without the key, where there is none; body["model"] is what is asked for."""
        headers = {"Content-Type": "application/json"}
        if self._api_key:
            headers["Authorization"] = f"Bearer {self._api_key}"
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers)  # noqa: S310 - scheme checked above
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
                return json.load(answer)
        except urllib.error.HTTPError as error:
            detail = self._hidden(error.read(300).decode("utf-8", "replace").strip())
            raise ModelUnavailable(f"{self.url}{path} refused {body['model']}: {error.code} {detail}") from None
        except (OSError, ValueError, http.client.HTTPException) as error:
            why = self._hidden(str(error))
            raise ModelUnavailable(f"No {self._what} answers at {self.url} ({why}): start it, or set {self._setting}.") from None

    def _hidden(self, text: str) -> str:
        return text.replace(self._api_key, "(hidden)") if self._api_key else text
