#!/usr/bin/env python3
"""Makes the small generator's tokenizer: a SentencePiece unigram model whose pieces are the words of descriptions of sound.

    tools/train-caption-tokenizer.py MANIFEST.jsonl [-o configs/tokenizers/captions.spiece.model] [--pieces 1000]

The manifest's training captions and labels are read, joined and varied by a small grammar, so that common words about sounds stay whole
although no recording of the manifest has them. Ids are T5's: pad 0, end 1, unknown 2, no start. Text is normalized as T5's (nmt_nfkc) and
lower-cased. The same manifest gives the same model. Needs spm_train (Debian: apt install sentencepiece) and nothing else.
"""
import argparse
import json
import pathlib
import random
import shutil
import string
import subprocess
import sys
import tempfile

SOURCES = """dog:barks,barking,howls,growls,whines,pants cat:meows,meowing,purrs,hisses bird:sings,singing,chirps,chirping,calls,tweets
rooster:crows,crowing chicken:clucks,clucking duck:quacks,quacking cow:moos,mooing sheep:bleats,bleating horse:neighs,gallops,trots pig:oinks,grunts frog:croaks,croaking
insect:buzzes,buzzing bee:buzzes,hums cricket:chirps owl:hoots,hooting crow:caws,cawing wolf:howls lion:roars mouse:squeaks snake:hisses,rattles goat:bleats
man:speaks,speaking,talks,laughs,coughs,shouts,whispers,snores,sneezes woman:speaks,speaking,talks,laughs,sings,screams,cries child:laughs,speaks,screams,plays
baby:cries,crying,laughs,babbles person:sneezes,sneezing,coughs,breathes,whistles,claps,walks,runs,snores crowd:cheers,applauds,murmurs,shouts people:talk,laugh,clap,chatter
rain:falls,falling,pours,drips,patters thunder:rumbles,rumbling,claps,roars wind:blows,blowing,howls water:flows,runs,running,splashes,drips,bubbles,pours waves:crash,roll,break,splash
fire:crackles,crackling,burns,roars stream:flows,trickles,gurgles river:flows,rushes storm:rages leaves:rustle,rustling snow:crunches ice:cracks
engine:runs,idles,idling,revs,starts,roars,hums car:passes,drives,honks,accelerates,skids truck:passes,beeps,rumbles train:passes,whistles,rattles motorcycle:revs,passes
helicopter:flies,hovers,flying airplane:flies,roars boat:creaks,moves bus:stops bicycle:squeaks siren:wails,wailing alarm:rings,beeps horn:honks,blares,blows
clock:ticks,ticking,strikes,chimes bell:rings,ringing,chimes,tolls telephone:rings,vibrates door:opens,closes,slams,creaks,squeaks,knocks window:opens,breaks key:jingles
chainsaw:runs,cuts,revs,buzzes saw:cuts drill:whirs,drills hammer:hits,strikes,pounds machine:hums,whirs,runs,clanks fan:hums,whirs vacuum_cleaner:hums washing_machine:spins,runs
keyboard:clicks,clacks typewriter:clacks camera:clicks toilet:flushes tap:drips kettle:whistles,boils glass:breaks,shatters,clinks paper:rustles,tears dishes:clatter
gun:fires,shoots rifle:fires explosion:booms,rumbles firework:explodes,crackles laser:fires,zaps robot:beeps computer:beeps radio:plays,hisses
piano:plays guitar:plays,strums drum:beats,plays violin:plays flute:plays trumpet:plays saxophone:plays cymbal:crashes orchestra:plays choir:sings organ:plays synthesizer:plays bass:plays
footsteps:approach,echo,crunch ball:bounces coin:drops,falls metal:clangs,scrapes,clatters wood:creaks,burns,breaks stone:falls,rolls gravel:crunches zipper:zips spring:bounces""".split()

QUALITIES = """loud quiet soft heavy light distant nearby deep high low small large big old little young fast slow short long steady gentle strong sudden faint sharp dull bright dark
happy sad angry dry wet warm cold rough smooth hollow metallic wooden electric electronic digital mechanical muffled clear noisy calm busy single continuous repeated rhythmic""".split()

MANNERS = """loudly quietly softly slowly quickly repeatedly continuously steadily gently suddenly again twice once nearby outside inside in_the_distance in_the_background
in_the_foreground far_away close_by at_night in_the_morning in_a_room in_a_large_hall in_the_forest in_the_woods in_the_street in_the_city in_the_kitchen in_the_garden in_the_wind on_the_roof
on_the_ground on_a_window on_the_beach on_a_wooden_floor on_gravel on_metal at_the_door under_water with_echo with_reverb with_music_playing several_times a_few_times without_a_break
at_a_station in_a_restaurant before_it_stops as_it_approaches as_it_passes_by and_then_stops and_fades_away over_and_over up_and_down""".split()

JOINS = ["and", "while", "as", "then", "and then", "followed by", "with", "together with", "before", "after", "over", "mixed with", ","]
FRAMES = ["{}", "{}", "{}", "the sound of {}", "sounds of {}", "sound of {}", "a recording of {}", "noise of {}", "you can hear {}", "there is {}", "we hear {}", "{} effect", "only {}", "{} with no other sounds"]
CHARACTERS = string.ascii_lowercase + string.digits + ".,;:!?'\"-()&/%+#äöüßéèàç"


def grammar(rng):
    """An endless row of sentences about sounds."""
    sources = [entry.replace("_", " ").split(":") for entry in SOURCES]
    while True:
        noun, verbs = rng.choice(sources)
        verb = rng.choice(verbs.split(","))
        quality = rng.choice(QUALITIES) + " " if rng.random() < 0.35 else ""
        article = rng.choice(["a ", "the ", "the ", "some ", "", "two ", "several ", "many "])
        manner = " " + rng.choice(MANNERS).replace("_", " ") if rng.random() < 0.5 else ""
        be = "is " if verb.endswith("ing") and rng.random() < 0.5 else ""
        yield f"{article}{quality}{noun} {be}{verb}{manner}"


def sentences(manifest, rng):
    """The captions and labels of the training split, as they are and varied, and as many sentences of the grammar."""
    found = []
    for line in manifest.read_text(encoding="utf-8").splitlines():
        if not line.strip():
            continue
        entry = json.loads(line)
        if entry.get("split", "train") == "train":
            found += entry.get("captions", []) + [" ".join(entry.get("labels", [])), entry.get("kind", "")]
    distinct = sorted(set(found) - {""})
    if not distinct:
        sys.exit(f"{manifest} has no captions, labels or kinds of the split 'train'.")
    made = grammar(rng)
    for text in distinct:
        yield from [text] * 8
        for _ in range(8):
            other = rng.choice(distinct) if rng.random() < 0.5 else next(made)
            first, second = (text, other) if rng.random() < 0.5 else (other, text)
            yield rng.choice(FRAMES).format(f"{first} {rng.choice(JOINS)} {second}".replace(" ,", ","))
    for _ in range(8 * len(distinct)):
        yield rng.choice(FRAMES).format(next(made))


def with_punctuation(lines):
    """The lines, then each of their words before a comma and a stop: a word that a blank always follows is no piece of its own to the trainer, since its longest repeated form ends with the blank."""
    lines = list(lines)
    return lines + [word + mark for word in sorted({word for line in lines for word in line.split()}) for mark in ",."]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=pathlib.Path)
    parser.add_argument("-o", "--output", type=pathlib.Path, default=pathlib.Path(__file__).parent.parent / "configs/tokenizers/captions.spiece.model")
    parser.add_argument("--pieces", type=int, default=800)
    options = parser.parse_args()
    trainer = shutil.which("spm_train")
    if trainer is None:
        sys.exit("spm_train is not there. Install SentencePiece's tools: apt install sentencepiece, or build them from github.com/google/sentencepiece.")

    with tempfile.TemporaryDirectory() as folder:
        # Names without the folder: the model keeps them, and the same manifest is to give the same bytes.
        (pathlib.Path(folder) / "sentences.txt").write_text("".join(f"{sentence}\n" for sentence in with_punctuation(sentences(options.manifest, random.Random(1)))), encoding="utf-8")
        subprocess.run(
            [trainer, "--input=sentences.txt", "--model_prefix=captions", "--model_type=unigram", f"--vocab_size={options.pieces}", "--character_coverage=1.0",
             f"--required_chars={CHARACTERS}", "--normalization_rule_name=nmt_nfkc_cf", "--pad_id=0", "--eos_id=1", "--unk_id=2", "--bos_id=-1",
             "--num_threads=1", "--random_seed=1", "--minloglevel=1"],
            check=True, cwd=folder)
        options.output.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(f"{folder}/captions.model", options.output)
        print(f"{options.output}: {options.output.stat().st_size} bytes, {options.pieces} pieces")


if __name__ == "__main__":
    main()
