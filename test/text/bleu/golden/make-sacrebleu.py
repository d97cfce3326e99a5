"""Writes sacrebleu.json: what the sacrebleu package, and Perl for HAT's substitution, make of generated text.

python3 -m venv venv && venv/bin/pip install sacrebleu==2.6.0 && venv/bin/python test/text/bleu/golden/make-sacrebleu.py
"""
import json
import pathlib
import random
import subprocess

import numpy
import sacrebleu
from sacrebleu.metrics import BLEU, CHRF, TER
from sacrebleu.significance import PairedTest

rng = random.Random(20)
RESAMPLES = 1000
DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz'

WORDS = 'the a red house Haus groß ÜBER naïve ΟΔΟΣ ΣΑΣ İstanbul ǅ well-known e-mail-list it\'s dogs\' O\'Neil 東京 タワー 好的。 😀 😀. 👩‍👩‍👧 \u00a0 x\u2028y z\u3000w \ufeffbom \x1c a\x85b'.split(' ')
NUMBERS = '1 1,000.5 3.14 1.000,50 -7 5-6 10-year 2. .5 1,2,3 50% 1/2 x2. 9,a a,9 ²'.split(' ')
MARKS = '. , ! ? : ; ... .. -- - – — " \' “x” „y“ ( ) [ ] { } < > | & / \\ ~ ^ _ ` @ # $ * + ='.split(' ')
ODD = ['&quot;', '&amp;', '&lt;b&gt;', '&amp;quot;', '&apos;', '&#39;', '<skipped>', 'foo<skipped>bar', 'http://a.example/x?y=1&z=2#q', 'me@b.example', 'C++', 'U.S.', 'e.g.,', 'a.b,c', '@-@', '##AT##-##AT##']


def text(longest):
    parts = []
    for _ in range(rng.randint(0, longest)):
        parts.append(rng.choice(rng.choice([WORDS, WORDS, NUMBERS, MARKS, ODD])))
    return ''.join(part + rng.choice([' ', ' ', ' ', '', '  ', '\t']) for part in parts)


def noisy(line):
    """A hypothesis that has something in common with its reference."""
    words = [word for word in line.split(' ') if rng.random() > 0.15]
    for i in range(len(words)):
        if rng.random() < 0.15:
            words[i] = rng.choice(WORDS)
    return spaced(' '.join(words))


def spaced(line):
    """With nothing but spaces for white space, so that all tools see the same tokens in it."""
    return ' '.join(line.split())


def score(metric, hypotheses, references):
    result = metric.corpus_score(hypotheses, [references])
    return {
        'hypotheses': hypotheses, 'references': references, 'score': result.score, 'line': str(result), 'precisions': result.precisions,
        'brevityPenalty': result.bp, 'hypothesisLength': result.sys_len, 'referenceLength': result.ref_len,
        'signature': str(metric.get_signature()),
    }


def sacre():
    return BLEU(lowercase=True)


def plain():
    """multi-bleu.perl's figure."""
    return BLEU(tokenize='none', smooth_method='none', force=True)


def corpora():
    yield [''], ['a b c d']
    yield ['a b c d'], ['']
    yield [''], ['']
    yield ['a'], ['a']
    yield ['a b c'], ['a b c']
    yield ['x y z w'], ['a b c d']
    yield ['a x b y c'], ['a b c']
    yield ['A b, c'], ['a B, d e f']
    yield ['the red house'], ['the red house is big']
    yield ['a b c d e f g h'], ['a b c x d e y f']
    for size in (1, 2, 3, 8, 20):
        references = [text(10) for _ in range(size)]
        yield [noisy(reference) for reference in references], references


def bootstrap(metric, first, second, references):
    """Intervals and p-value by sacrebleu, with the numbers that it drew."""
    paired = PairedTest([('first', first), ('second', second)], {'BLEU': metric()}, [references], test_type='bs', n_samples=RESAMPLES)
    _, scores = paired()
    confidence = metric().corpus_score(first, [references], n_bootstrap=RESAMPLES)
    return {
        'first': {'score': scores['BLEU'][0].score, 'mean': confidence._mean, 'halfWidth': confidence._ci},
        'second': {'score': scores['BLEU'][1].score, 'mean': scores['BLEU'][1].mean, 'halfWidth': scores['BLEU'][1].ci, 'pValue': scores['BLEU'][1].p_value},
    }


def hyphens(lines):
    perl = subprocess.run(['perl', '-ple', 's{(\\S)-(\\S)}{$1 ##AT##-##AT## $2}g'], input='\n'.join(lines) + '\n', capture_output=True, encoding='utf-8', check=True)
    return perl.stdout.split('\n')[:-1]


lines = [text(9) for _ in range(150)] + ['', ' ', '-', 'a-\nb', 'one\ntwo', 'end-\n', '1-2-3', '-1', '1.', '.1', '1.a', 'a.1', ',,', '.,.,', '1,.2', '&amp;lt;']
hyphenated = ['a-b', 'a-b-c', 'ab-cd-ef', 'a--b', '-a', 'a-', 'a - b', '- -', 'é-ü', '😀-😀', 'x-1', 'a-b c-d', 'a\u00a0-b', '']

sentences = [spaced(text(14)) or 'a' for _ in range(len(DIGITS))]
rng.seed(21)
systems = {'references': sentences, 'first': [noisy(line) for line in sentences], 'second': [noisy(noisy(line)) for line in sentences]}
systems['third'] = [noisy(line) if i % 6 == 1 else line for i, line in enumerate(systems['first'])]
drawn = numpy.random.default_rng(12345).choice(len(sentences), size=(RESAMPLES, len(sentences)), replace=True)


def tests(metric):
    return {name: bootstrap(metric, systems['first'], systems[name], sentences) for name in ('second', 'third')}


# Of Σ, of letters with and without case, of what does not count between them, and of capitals that came with Unicode 14 and later.
CASES = 'Σ Σ Σ Α ς σ b 1 東 ʰ ͅ \' . : ^ \u00ad \u0301 \u2019 İ ǅ ẞ Ꟁ Ა 𐐀 𞤀 \U00016ea0 \ua7cb \ua7da 𐵐 -'.split(' ') + [' ']
CHINESE = '我 们 是 中 国 人 。 ， 、 「 」 ３ ． Ａ ａ \u3400 \u4db5 \u4db6 \u9fa5 \u9fbb \u9fbc \u2000 \U00020000 \U0002f800 \u2f80 \u2fe0 \u2a6d \u2a6e \u2001 \u2014 “ ” € ア い 한 . , 5 .5 1,000 3- a b C ( % & \'s'.split(' ')


def mixed(longest):
    return ''.join(rng.choice(rng.choice([CHINESE, CHINESE, CASES, MARKS, NUMBERS])) + rng.choice(['', '', ' ', '\u3000']) for _ in range(rng.randint(0, longest)))


def shuffled(line):
    """A hypothesis with runs of words moved, put in and left out."""
    words = noisy(line).split(' ')
    for _ in range(rng.randint(0, 4)):
        start = rng.randint(0, len(words))
        moved = words[start:start + rng.randint(1, 12)]
        words = words[:start] + words[start + len(moved):]
        place = rng.randint(0, len(words))
        words = words[:place] + moved + words[place:]
    return ' '.join(words)


def others(tokenizer, hypotheses, references):
    metrics = {'bleu': BLEU(lowercase=True, tokenize=tokenizer), 'chrf': CHRF(lowercase=True), 'ter': TER()}
    results = {name: {'score': metric.corpus_score(hypotheses, [references]).score, 'signature': str(metric.get_signature())} for name, metric in metrics.items()}
    return {'tokenizer': tokenizer, 'hypotheses': hypotheses, 'references': references, **results}


def other_corpora():
    yield from corpora()
    few = 'a b c d e'.split(' ')
    for length in (6, 12, 30, 70, 130):
        reference = ' '.join(rng.choice(few if length < 40 else WORDS) for _ in range(length))
        yield [shuffled(reference)], [reference]
    yield ['a b ' * 40], ['b a ' * 45]
    yield ['x'], ['a ' * 90 + 'x']
    yield ['a ' * 90 + 'x'], ['x y']
    for size in (3, 10):
        references = [text(30) for _ in range(size)]
        yield [shuffled(reference) for reference in references], references
        references = [mixed(30) for _ in range(size)]
        yield [noisy(reference) for reference in references], references


rng.seed(23)
cases = [''.join(rng.choice(CASES) for _ in range(rng.randint(1, 7))) for _ in range(400)]
compared = [others(tokenizer, *pair) for tokenizer in ('13a', 'zh', 'char') for pair in other_corpora()]
tokenizers = [{'tokenizer': tokenizer, 'text': line, 'tokens': BLEU(lowercase=True, tokenize=tokenizer)._preprocess_segment(line).split()} for tokenizer in ('zh', 'char') for line in [mixed(12) for _ in range(60)]]

rng.seed(22)
golden = {
    'version': sacrebleu.__version__,
    'tokenized': [{'text': line, 'tokens': BLEU(lowercase=True)._preprocess_segment(line)} for line in lines],
    'corpora': [{'sacrebleu': score(sacre(), *pair), 'plain': score(plain(), *([spaced(line) for line in side] for side in pair))} for pair in corpora()],
    'lowercased': [{'text': line, 'lower': line.lower()} for line in cases],
    'otherTokenizers': tokenizers,
    'metrics': compared,
    'hyphens': [{'line': line, 'split': split} for line, split in zip(hyphenated, hyphens(hyphenated))],
    'bootstrap': {**systems, 'drawn': ''.join(DIGITS[i] for i in drawn.flatten()), 'sacrebleu': tests(sacre), 'plain': tests(plain)},
}
file = pathlib.Path(__file__).with_name('sacrebleu.json')
file.write_text(json.dumps(golden, ensure_ascii=True, indent=1) + '\n')
