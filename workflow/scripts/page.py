"""Turn a page of Markdown, a text, or the summaries of all laws into HTML for the report.

input: text (one .md or .txt, or the .txt of every law), template (HTML)
output: the page
params: title
"""

from pathlib import Path

from jinja2 import Template

from scalinglaws.door import door
from scalinglaws.report.pages import laws_body, markdown_body, text_body

with door(snakemake):
    files, title = snakemake.input.text, snakemake.params.title
    if not isinstance(files, str):
        body = laws_body([Path(path).read_text(encoding="utf-8") for path in files])
    elif files.endswith(".md"):
        body = markdown_body(Path(files).read_text(encoding="utf-8"))
    else:
        body = text_body(title, Path(files).read_text(encoding="utf-8"))
    template = Template(Path(snakemake.input.template).read_text(encoding="utf-8"), autoescape=True)
    html = template.render(title=title, body=body)
    Path(snakemake.output[0]).write_text(html, encoding="utf-8")
