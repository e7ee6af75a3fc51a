"""Corpora: sources in config/corpora.yaml -> data/raw/{corpus} -> data/text/{corpus}/

OUTPUTS: the raw file, checked against its declared bytes, and documents as Parquet, cleaned and
split by the hash of their text into train, validation and test. Shared by all studies.
"""

from scalinglaws.corpora.sources.folder import list_files


def corpus_entry(wildcards):
    if wildcards.corpus not in CATALOGUE:
        raise WorkflowError(
            f"corpus {wildcards.corpus} is not in config/corpora.yaml, "
            f"which has: {', '.join(CATALOGUE)}"
        )
    return CATALOGUE[wildcards.corpus]


def corpus_field(name):
    def value(wildcards):
        field = getattr(corpus_entry(wildcards), name)
        return field.model_dump() if hasattr(field, "model_dump") else field

    return value


def own_files(wildcards):
    """Files of a user's own folders: a changed one is listed anew."""
    sources = corpus_entry(wildcards).sources
    return [file for source in sources if source.kind == "folder" for file in list_files(source)]


rule fetch:
    """Get the raw file of a corpus from the first of its sources that gives the declared bytes.

    The hash is the identity of a corpus: another mirror in config/corpora.yaml fetches nothing.
    """
    input:
        own_files,
    output:
        raw="data/raw/{corpus}",
    log:
        "logs/corpora/fetch/{corpus}.log",
    params:
        identity=corpus_field("identity"),
        code=code_of("fetch.py"),
    message:
        "Fetching corpus {wildcards.corpus}"
    script:
        "../scripts/fetch.py"


rule clean:
    """Clean the raw file to running prose and split it by document."""
    input:
        raw=rules.fetch.output.raw,
    output:
        **{split: f"data/text/{{corpus}}/{split}.parquet" for split in SPLITS},
        summary="data/text/{corpus}/summary.json",
    log:
        "logs/corpora/clean/{corpus}.log",
    resources:
        mem_mb=2000,
    params:
        reader=corpus_field("reader"),
        shares=corpus_field("shares"),
        code=code_of("clean.py"),
    message:
        "Cleaning and splitting corpus {wildcards.corpus}"
    script:
        "../scripts/clean.py"
