import io
import json
import tarfile

from handson.data.formats.text import read_imdb, read_pairs, read_ptb, read_snli, read_time_machine, read_wikitext2


def test_gutenbergs_frame_is_cut_away(tmp_path):
    text = "Header\n*** START OF THE PROJECT ***\nThe Time\nTraveller\n*** END OF THE PROJECT ***\nLicence\n"
    (tmp_path / "timemachine.txt").write_text(text)
    assert read_time_machine(tmp_path, "train") == {"text": "The Time\nTraveller\n"}


def test_text_without_a_frame_is_kept(tmp_path):
    (tmp_path / "timemachine.txt").write_text("The Time\n")
    assert read_time_machine(tmp_path, "train") == {"text": "The Time\n"}


def test_pairs_have_two_columns_or_three(tmp_path):
    (tmp_path / "fra-eng").mkdir()
    lines = [f"Go {number}.\tVa {number} !\tCC-BY" for number in range(20)]
    (tmp_path / "fra-eng" / "fra.txt").write_text("\n".join(lines), encoding="utf-8")
    train, test = read_pairs(tmp_path, "train"), read_pairs(tmp_path, "test")
    assert test == {"english": ["Go 0.", "Go 10."], "french": ["Va 0 !", "Va 10 !"]}
    assert len(train["english"]) == 18


def test_ptb_is_a_sentence_a_line(tmp_path):
    (tmp_path / "ptb.valid.txt").write_text(" no it was n't \n\n a <unk> N \n")
    assert read_ptb(tmp_path, "valid") == {"sentences": ["no it was n't", "a <unk> N"]}


def test_headings_of_wikitext_are_left_out(tmp_path):
    (tmp_path / "wikitext-2").mkdir()
    (tmp_path / "wikitext-2" / "wiki.test.tokens").write_text(" \n = Title = \n \n A paragraph . \n = = Part = = \n")
    assert read_wikitext2(tmp_path, "test") == {"paragraphs": ["A paragraph ."]}


def test_imdb_is_read_from_the_archive(tmp_path):
    reviews = {
        "train/pos/1_9.txt": "Fine.",
        "train/neg/0_2.txt": "Poor.",
        "train/unsup/2_0.txt": "?",
        "test/pos/0_8.txt": "Yes",
    }
    with tarfile.open(tmp_path / "aclImdb_v1.tar.gz", "w:gz") as archive:
        for name, text in {"README": "", **reviews}.items():
            member = tarfile.TarInfo(f"aclImdb/{name}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    assert read_imdb(tmp_path, "train") == {"texts": ["Poor.", "Fine."], "labels": [0, 1]}


def test_snli_pairs_without_agreement_are_left_out(tmp_path):
    rows = [
        {"gold_label": label, "sentence1": "A man.", "sentence2": f"He {number}."}
        for number, label in enumerate(["neutral", "-", "entailment", "contradiction"])
    ]
    (tmp_path / "snli_1.0_dev.jsonl").write_text("\n".join(map(json.dumps, rows)))
    fields = read_snli(tmp_path, "valid")
    assert fields["labels"] == [2, 0, 1]
    assert fields["hypotheses"] == ["He 0.", "He 2.", "He 3."]
