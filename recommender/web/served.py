"""The person's pages as a web application on this machine: requests go to the handlers, nothing is kept."""

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request as Arrived
from starlette.responses import Response as Reply
from starlette.routing import Route

from recommender.pages.guard import Guard
from recommender.web.handlers import Handlers
from recommender.web.request import Request, Response

LARGEST_FORM = 21 * 1024 * 1024
"""A report as PDF fits."""
_MOST_FIELDS, _MOST_FILES = 300, 1
_LARGEST_FIELD = 1024 * 1024
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def served_app(handlers: Handlers, hosts: frozenset[str]) -> Guard:
    """Return the application that answers under `hosts` (name and port)."""
    script = handlers.rendering.script("app.js").decode()
    fixed = {
        "/style.css": Response(handlers.rendering.style(), kind="text/css"),
        "/app.js": Response(script, kind="text/javascript"),
    }

    async def answer(arrived: Arrived) -> Reply:
        if arrived.url.path in fixed:
            return _reply(fixed[arrived.url.path])
        return _reply(await run_in_threadpool(handlers.answer, await _request(arrived)))

    routes = [Route("/{path:path}", answer, methods=["GET", "POST"])]
    return Guard(Starlette(routes=routes), hosts, _POLICY, LARGEST_FORM)


async def _request(arrived: Arrived) -> Request:
    form: dict[str, list[str]] = {}
    sent: dict[str, bytes] = {}
    if arrived.method == "POST":
        limits = {"max_files": _MOST_FILES, "max_fields": _MOST_FIELDS, "max_part_size": _LARGEST_FIELD}
        async with arrived.form(**limits) as parsed:
            for name, value in parsed.multi_items():
                if isinstance(value, UploadFile):
                    sent[name] = await value.read()
                else:
                    form.setdefault(name, []).append(value)
    return Request(arrived.method, arrived.url.path, form, sent)


def _reply(response: Response) -> Reply:
    headers = {}
    if response.name:
        headers["content-disposition"] = f'attachment; filename="{response.name}"'
    if response.policy:
        headers["content-security-policy"] = response.policy
    return Reply(response.body, response.code, headers, response.kind)
