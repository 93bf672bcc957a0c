"""Why a search ends, in words."""

from __future__ import annotations

from xnet.engine import StopReason


def test_every_reason_has_a_sentence_of_its_own() -> None:
    sentences = {reason.sentence for reason in StopReason}

    assert len(sentences) == len(StopReason)
    assert all(sentence.endswith(".") for sentence in sentences)


def test_only_an_exact_class_is_worded_differently() -> None:
    assert [r for r in StopReason if r.class_sentence != r.sentence] == [StopReason.EXACT]
