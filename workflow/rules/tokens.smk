"""Tokens: cleaned text -> results/{study}/tokenizer.json, tokens/{corpus}/{split}.bin, data cards

REQUIRED INPUTS: the splits of the study's corpora.
OUTPUTS: a byte-level BPE learned from the training split; shards of uint16 token ids with their
counts beside them (.json); for each corpus a card that says what the text is, and is not.
"""


def training_text(wildcards):
    return f"data/text/{study_named(wildcards.study).corpora.train}/train.parquet"


def max_tokens(wildcards):
    study = study_named(wildcards.study)
    is_training = (wildcards.corpus, wildcards.split) == (study.corpora.train, "train")
    return study.tokens.max_train_tokens if is_training else None


def tokens_field(name):
    def value(wildcards):
        return getattr(study_named(wildcards.study).tokens, name)

    return value


def shard_facts(wildcards):
    splits = splits_of(study_named(wildcards.study), wildcards.corpus)
    return collect("results/{study}/tokens/{corpus}/{split}.json", split=splits, **wildcards)


def training_corpus(wildcards):
    return study_named(wildcards.study).corpora.train


def card_entry(wildcards):
    return corpus_entry(wildcards).model_dump(mode="json")


rule train_tokenizer:
    """Learn the merges of a byte-level BPE from the head of the training split, or take GPT-2's."""
    input:
        text=training_text,
    output:
        tokenizer="results/{study}/tokenizer.json",
    log:
        "logs/{study}/train_tokenizer.log",
    params:
        vocabulary=tokens_field("vocabulary"),
        n_vocab=tokens_field("n_vocab"),
        sample_bytes=tokens_field("sample_bytes"),
        code=code_of("train_tokenizer.py"),
    message:
        "Training the tokenizer of study {wildcards.study}"
    script:
        "../scripts/train_tokenizer.py"


rule tokenize_split:
    """Encode one split, streaming, to a shard of token ids."""
    input:
        text="data/text/{corpus}/{split}.parquet",
        tokenizer=rules.train_tokenizer.output.tokenizer,
    output:
        shard="results/{study}/tokens/{corpus}/{split}.bin",
        info="results/{study}/tokens/{corpus}/{split}.json",
    log:
        "logs/{study}/tokenize/{corpus}/{split}.log",
    threads: 2
    params:
        max_tokens=max_tokens,
        code=code_of("tokenize_split.py"),
    message:
        "Tokenizing {wildcards.split} of {wildcards.corpus}"
    script:
        "../scripts/tokenize_split.py"


rule data_card:
    """Say what a corpus is: counts, licence, origin, and how much of its test text was seen."""
    input:
        summary="data/text/{corpus}/summary.json",
        test="data/text/{corpus}/test.parquet",
        training=training_text,
        tokens=shard_facts,
    output:
        markdown="results/{study}/data_cards/{corpus}.md",
        json="results/{study}/data_cards/{corpus}.json",
    log:
        "logs/{study}/data_card/{corpus}.log",
    resources:
        mem_mb=2000,
    params:
        corpus="{corpus}",
        entry=card_entry,
        training_corpus=training_corpus,
        code=code_of("data_card.py"),
    message:
        "Writing the data card of {wildcards.corpus}"
    script:
        "../scripts/data_card.py"
