"""The API says what the pages say, as its own description has it."""

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from clausewatch.core.cloudevent import to_cloudevent
from web.acme import TEXTS, WATCHES, filled, visiting

EXAMPLES = {
    "{watch}": "acme-privacy",
    "{event}": "2-acme-privacy",
    "{version}": "1",
}
ASKED = {"/api/v1/search": "?q=training", "/api/v1/promises": "?service=Acme"}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("acme")
    filled(folder).close()
    return folder


@pytest.fixture
async def visitor(home):
    async with visiting(home) as made:
        yield made


async def described(visitor):
    return (await visitor.get("/api/v1/openapi.json")).json()


async def test_the_description_is_openapi_and_has_every_address(visitor):
    told = await described(visitor)
    paths = {route.path for route in visitor.app.routes}

    validate(told)
    assert set(told["paths"]) == {
        path for path in paths if path.startswith("/api/")
    } - {"/api/v1/openapi.json"}


async def test_every_answer_is_as_described(visitor):
    told = await described(visitor)
    for path, operation in told["paths"].items():
        asked = path
        for name, value in EXAMPLES.items():
            asked = asked.replace(name, value)
        answer = await visitor.get(asked + ASKED.get(path, ""))
        assert answer.status_code == 200, answer.text
        (content,) = operation["get"]["responses"]["200"]["content"].values()
        schema = {**content["schema"], "components": told["components"]}
        errors = Draft202012Validator(schema).iter_errors(answer.json())
        assert [error.message for error in errors] == []


async def test_an_event_is_as_it_is_told_to_sinks(visitor, home):
    answer = await visitor.get("/api/v1/events/2-acme-privacy")
    store = filled(home / "again")

    assert answer.json() == to_cloudevent(store.event("2-acme-privacy"))
    store.close()


async def walked(visitor, query):
    """Return the ids on all pages of a list of events."""
    ids, place = [], ""
    while place is not None:
        answer = await visitor.get(f"/api/v1/events?limit=2&{query}{place}")
        page = answer.json()
        ids += [event["id"] for event in page["events"]]
        place = page["next"] and f"&before={page['next']}"
        assert len(ids) <= 9
    assert page["total"] == len(ids)
    return ids


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("weight=all", {f"{n}-{w}" for n in range(3) for w in WATCHES}),
        ("", {f"{n}-{w}" for n in (1, 2) for w in WATCHES} - {"1-acme-faq"}),
        ("service=Umbra", {"1-umbra-terms", "2-umbra-terms"}),
        ("watch=acme-faq&weight=editorial", {"1-acme-faq", "2-acme-faq"}),
        ("topic=choice&since=2024-09-20", {f"2-{watch}" for watch in WATCHES}),
        ("until=2024-09-19&direction=less", {"1-acme-privacy", "1-umbra-terms"}),
        ("signal=no-such", set()),
    ],
)
async def test_filters_and_pages_give_each_event_once_the_newest_first(
    visitor, query, found
):
    ids = await walked(visitor, query)

    assert sorted(ids) == sorted(found)
    assert [i[0] for i in ids] == sorted((i[0] for i in ids), reverse=True)


async def test_two_versions_are_compared_in_the_words_of_an_event(visitor):
    base = "/api/v1/watches/acme-privacy"
    versions = (await visitor.get(f"{base}/versions")).json()["versions"]
    first, last = versions[0]["number"], versions[-1]["number"]
    compared = (await visitor.get(f"{base}/compare?old={first}&new={last}")).json()
    (change,) = compared["changes"]

    assert (change["before"], change["after"]) == (TEXTS[0], TEXTS[2])
    assert ["delete", "never"] in change["words"]
    assert compared == (await visitor.get(f"{base}/compare?old={first}")).json()
    middle = versions[1]["number"]
    step = (await visitor.get(f"{base}/compare?new={middle}")).json()
    assert (step["before"]["number"], step["after"]["number"]) == (first, middle)


async def test_the_ledger_says_when_a_promise_went(visitor):
    ledger = (await visitor.get("/api/v1/promises?service=Umbra")).json()["promises"]

    assert [(one["text"], one["gone"]) for one in ledger] == [
        (TEXTS[0], "2024-09-19T10:05:00Z")
    ]


async def test_a_search_gives_plain_words_and_how_long_they_stood(visitor):
    answer = await visitor.get("/api/v1/search?q=unless+object&limit=2")
    found = answer.json()

    assert [one["text"] for one in found["clauses"]] == [TEXTS[1]] * 2
    assert found["next"] == "2"
    rest = await visitor.get("/api/v1/search?q=unless+object&limit=2&skip=2")
    assert len(rest.json()["clauses"]) == 1


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/api/v1/nothing", 404, ""),
        ("/api/v1/events/none", 404, "none: no event"),
        ("/api/v1/watches/none", 404, "none: no watch"),
        ("/api/v1/watches/acme-faq/versions/77", 404, "77: no version"),
        ("/api/v1/events?weight=heavy", 400, "weight: expected one of"),
        ("/api/v1/events?limit=0", 400, "limit: expected a number from 1"),
        ("/api/v1/events?limit=٣", 400, "limit: expected a number from 1"),
        ("/api/v1/promises?service=None", 404, "None: no service"),
        ("/api/v1/search", 400, "q: expected words"),
        ("/api/v1/search?q=a&skip=00000000100000", 400, "skip: expected a number"),
        ("/api/v1/events?until=9999-12-31T23:00-23", 400, "until: expected a day"),
        ("/api/v1/events?before=999999999999999999.1", 400, "before: lies beyond"),
        (
            "/api/v1/watches/acme-faq/compare?old=3&new=2",
            400,
            "old: expected a version",
        ),
    ],
)
async def test_what_is_wrong_is_told_as_a_problem(visitor, path, status, said):
    answer = await visitor.get(path)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert answer.json()["detail"].startswith(said)


async def test_nothing_can_be_written(visitor):
    answer = await visitor.post("/api/v1/events", json={})

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"
    assert answer.json()["title"] == "Method Not Allowed"
