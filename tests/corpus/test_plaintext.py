from __future__ import annotations

from core.corpus.plaintext import MOST_WORDS, cut
from core.corpus.reading import read_folder

SENTENCE = "The river ran past the old mill and turned north. "  # 10 words


def pieces(text: str) -> list[str]:
    return [text[piece.start : piece.end] for piece in cut(text)]


def sentences(n: int) -> str:
    return (SENTENCE * n).strip()


def test_a_short_text_is_one_piece_without_the_space_around_it() -> None:
    assert pieces("\n\n  One. Two.\n\nThree.\n ") == ["One. Two.\n\nThree."]


def test_a_piece_ends_with_the_paragraph_that_is_near() -> None:
    text = "\n\n".join([sentences(7), sentences(7), sentences(7)])  # 70 words each
    assert pieces(text) == ["\n\n".join([sentences(7), sentences(7)]), sentences(7)]


def test_a_long_paragraph_ends_at_a_sentence() -> None:
    text = sentences(30)
    cuts = pieces(text)
    assert [len(piece.split()) for piece in cuts] == [120, 180]
    assert all(piece.endswith("north.") for piece in cuts)


def test_a_long_sentence_is_cut_between_words() -> None:
    text = " ".join(f"word{number}" for number in range(500))
    cuts = pieces(text)
    assert all(len(piece.split()) <= MOST_WORDS for piece in cuts)
    assert " ".join(cuts) == text


def test_a_heading_stays_with_what_follows() -> None:
    text = "\n\n".join(["# One", sentences(8), "## Two", sentences(5)])
    assert pieces(text) == ["# One\n\n" + sentences(8), "## Two\n\n" + sentences(5)]


def test_no_tiny_rest() -> None:
    text = "\n\n".join([sentences(13), "The end."])
    assert pieces(text) == [text]


def test_closing_quotes_stay_and_abbreviations_before_small_letters_do_not_cut() -> None:
    text = " ".join(['He said, "Come, e.g. now and then at noon, to us." '] * 40)
    assert all(piece.endswith('us."') for piece in pieces(text))


def test_scripts_without_spaces_are_cut_too() -> None:
    text = "昔々ある所にお爺さんがいました。" * 40
    cuts = pieces(text)
    assert len(cuts) > 1
    assert all(len(piece) <= MOST_WORDS + 40 and piece.endswith("。") for piece in cuts)


def test_nothing() -> None:
    assert cut(" \n\n \t") == []


def test_a_folder_of_texts(folder) -> None:
    source = folder(
        {
            "a.md": "\ufeff# Title\r\n\r\nBody.",
            "deep/b.txt": sentences(30),
            "c.TXT": "  \n",
            "bad.txt": b"line\nna\xefve",
            ".git/d.md": "hidden",
            "e.pdf": b"%PDF",
        }
    )
    reading = read_folder(source)
    chunks = reading.corpus.chunks
    assert [chunk.filename for chunk in chunks] == ["a.md", "deep/b.txt", "deep/b.txt"]
    assert chunks[0].text == "# Title\n\nBody."
    assert all(chunk.searchable for chunk in chunks)
    assert [str(problem) for problem in reading.report.problems] == [
        "bad.txt, line 2: not UTF-8 (byte 8 of the file). Save the file as UTF-8.",
        "c.TXT: holds no text.",
    ]
    assert read_folder(source).corpus == reading.corpus
