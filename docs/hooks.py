"""What the site takes from outside docs/: results of the benchmarks, and figures shown on pages."""

from pathlib import Path

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
BENCHMARKS = ROOT / "benchmarks/results"
FIGURES = ROOT / "results"


def on_files(files: Files, config) -> Files:
    """Pages of benchmarks/results as benchmarks/*.md, figures of results/ under their own path."""
    for page in sorted(BENCHMARKS.glob("*.md")):
        uri = f"benchmarks/{page.name}"
        files.append(File.generated(config, uri, abs_src_path=str(page)))
    for figure in sorted(FIGURES.glob("calibration/*.png")):
        uri = figure.relative_to(ROOT).as_posix()
        files.append(File.generated(config, uri, abs_src_path=str(figure)))
    return files


def on_page_markdown(markdown: str, page, **_) -> str:
    """Links that lead out of docs/ in the repository lead to the copy in the site."""
    up = "../" * page.file.src_uri.count("/")
    return (
        markdown.replace(f"](../{up}benchmarks/results/", f"]({up}benchmarks/")
        .replace(f"](../{up}results/", f"]({up}results/")
        .replace(f'src="../{up}results/', f'src="{up}results/')
    )
