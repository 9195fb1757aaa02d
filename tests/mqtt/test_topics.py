"""Which filter lets which topic through, one by one and found among many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.mqtt.topics import Filters, Topics, is_filter, is_topic, matches

_LEVELS = st.sampled_from(["a", "b", "", "$x", "ä"])
TOPICS = st.lists(_LEVELS, min_size=1, max_size=5).map("/".join).filter(bool)
FILTERS = (
    st.tuples(
        st.lists(_LEVELS | st.just("+"), max_size=4), st.sampled_from([["#"], ["+"], ["a"], ["b"], [""]])
    )
    .map(lambda each: "/".join(each[0] + each[1]))
    .filter(bool)
)


@pytest.mark.parametrize(
    ("topic_filter", "topic", "through"),
    [
        # The standard's examples, section 4.7.
        ("sport/tennis/player1/#", "sport/tennis/player1", True),
        ("sport/tennis/player1/#", "sport/tennis/player1/ranking", True),
        ("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", True),
        ("sport/#", "sport", True),
        ("#", "anything/at/all", True),
        ("sport/tennis/+", "sport/tennis/player1", True),
        ("sport/tennis/+", "sport/tennis/player1/ranking", False),
        ("sport/+", "sport", False),
        ("sport/+", "sport/", True),
        ("+/+", "/finance", True),
        ("/+", "/finance", True),
        ("+", "/finance", False),
        ("#", "$SYS/monitor", False),
        ("+/monitor/Clients", "$SYS/monitor/Clients", False),
        ("$SYS/#", "$SYS/monitor", True),
        ("$SYS/monitor/+", "$SYS/monitor/Clients", True),
        ("ACCOUNTS", "Accounts", False),
    ],
)
def test_the_examples_of_the_standard(topic_filter: str, topic: str, through: bool) -> None:
    assert matches(topic_filter, topic) is through


@pytest.mark.parametrize("text", ["sport/tennis#", "sport/tennis/#/ranking", "sport+", "a/b+/c", "##", ""])
def test_misplaced_wildcards_are_no_filter(text: str) -> None:
    assert not is_filter(text)


@pytest.mark.parametrize("text", ["", "a/+", "#", "a#"])
def test_a_topic_has_no_wildcards(text: str) -> None:
    assert not is_topic(text)


@given(st.lists(FILTERS, max_size=12), st.lists(TOPICS, max_size=5), st.data())
def test_the_tree_of_filters_finds_what_matches(
    filters: list[str], topics: list[str], data: st.DataObject
) -> None:
    tree: Filters[int, str] = Filters()
    for number, each in enumerate(filters):
        tree.put(each, number, each)
    gone = data.draw(st.sets(st.sampled_from(range(len(filters))))) if filters else set()
    for number in gone:
        tree.drop(filters[number], number)
    for topic in topics:
        expected = [(n, each) for n, each in enumerate(filters) if n not in gone and matches(each, topic)]
        assert sorted(tree.match(topic)) == expected
    for number, each in enumerate(filters):
        tree.drop(each, number)
    assert tree._root.below == {}


@given(st.sets(TOPICS, max_size=12), st.lists(FILTERS, max_size=5), st.data())
def test_the_tree_of_topics_finds_what_matches(
    topics: set[str], filters: list[str], data: st.DataObject
) -> None:
    tree = Topics()
    for topic in topics:
        tree.add(topic)
    gone = data.draw(st.sets(st.sampled_from(sorted(topics)))) if topics else set()
    for topic in gone:
        tree.discard(topic)
    for topic_filter in filters:
        expected = {topic for topic in topics - gone if matches(topic_filter, topic)}
        assert sorted(tree.match(topic_filter)) == sorted(expected)
    for topic in topics:
        tree.discard(topic)
    assert tree._root.below == {}
