"""
Makes the cases in this folder: random lines of a grammar of nasty text, with what other tools make of them. The tests only read them.

    python3 -m venv VENV && VENV/bin/pip install subword-nmt==0.3.8
    VENV/bin/python test/text/golden/make.py MOSESDECODER      (Perl 5.36 is needed; mosesdecoder 34452895)

`tokens.json`: tokenizer.perl, for every language that it has prefixes or rules for, and for some that it has none for.

`detokens.json`: detokenizer.perl, for languages that we have no rules of our own for, on such lines after tokenizer.perl.

`messages.json`: SHA-256 of what tokenizer.perl makes of the messages of the TypeScript compiler, a line each, in each language that
node_modules/typescript has them in, and of what detokenizer.perl then makes of that. Nothing of that text was looked at when the rules were written.

`bpe.json`: subword-nmt's learn_bpe and apply_bpe, on words with ties, runs of one letter, and characters beyond the basic plane.
"""
import glob
import hashlib
import io
import json
import os
import random
import subprocess
import sys
from subword_nmt.apply_bpe import BPE
from subword_nmt.learn_bpe import learn_bpe

folder = os.path.dirname(os.path.abspath(__file__))
scripts = os.path.join(sys.argv[1], 'scripts')

common = [
    '1.000,5', '1,000.50', '5,', ',5', '1.', '23.', '3.14', '.5', '...', '....', '..', '.', ',', ',,', '-', '--', '–', '12:30', '5%', '€3,50',
    '"', "'", "''", '„so“', '“so”', '‚so‘', '«so»', '(vgl.)', '[1]', '<b>', '</b>', '&amp;', 'a|b', '`x`', 'x/y', 'a_b', '#5', '@x', '\\', '$1.50', '½', 'x²',
    'https://beispiel.de/a?b=c&d=1,2', 'www.example.org.', 'a.b@c.de', 'v1.2.3', '1.2.', 'A.B.C.', 'a.b.', 'U.S.', 'x.Y', '10.000.', 'Nr.5', 'No.5',
    '😀', '👩‍👧', 'ok👍.', 'e\u0301te\u0301', 'n\u0303', 'a\u0308,', 'ß', 'ſ', 'Ǆ', 'ﬁn', 'Σίσυφος', 'ΣΑΣ', 'İst', 'Żółć,', 'мир.', '中文。', '日本,語', 'ⅷ.', '٣,٤', 'क्षि',
    'vaͤter', 'ⷠ', 'Ა', 'Ᲊ', 'a\U00010d50b', 'DOTMULTI', 'DOTMULTI.', 'xDOTMULTI..', 'DOTDOTMULTI', 'DOTMULTI.DOTMULTI.a', '..DOTMULTI.', 'MULTI',
    "l'été", "all'", "aujourd'hui", "d'Or", "'n", 'EU:ssa', '20:een', 'S:t', 'a:B', ':', '::', 'x:', 'il·lusió', 'Â·l', 'Â·L', '·x', 'x·', "ne'ebé", "ba'", "Ha'I",
    'wo\x01rd', 'a\u00a0b', 'a\u2028b', 'a\u200bb', 'a\u00adb', '\ufeffx', '\u2019s', 'l\u2019été', 'x\u3000y', 'a\tb', '\x85', '\x7f',
]
words = {
    'de': common + [
        'z.B.', 'd.h.', 'u.s.w.', 'usw.', 'Dr.', 'Prof.', 'bzw.', 'Nr.', 'ca.', 'Mio.', 'Abs.', '3.', '99.', '100.', 'Haus.', 'gut.', 'geht\'s', "Hans'", "'nem", "'s",
        'Donaudampfschifffahrtsgesellschaftskapitän', 'E-Mail', 'Nord-Süd-Achse', 'Ein-/Ausgang', '§5', 'der', 'Die', 'und', 'über', 'Öl', '20-jährig',
    ],
    'en': common + [
        'e.g.', 'i.e.', 'etc.', 'Mr.', 'Dr.', 'No.', 'Nos.', 'pp.', 'Art.', 'vs.', 'Jan.', 'May.', 'St.', 'end.', 'End.', "don't", "it's", "dogs'", "'tis", "rock'n'roll",
        "1990's", "'90s", "O'Neil", "y'all'd've", "a''b", "x'5", "5'x", "5's", "'quoted'", "'stop.'", 'e-mail', 'state-of-the-art', 'the', 'The', 'and', 'so', 'p.m.', 'II.',
    ],
}
def prefixes_of(language):
    with open(f'{scripts}/share/nonbreaking_prefixes/nonbreaking_prefix.{language}', encoding='utf8') as file:
        return [line.split()[0] for line in file if line.strip() and not line.startswith('#')]


def words_of(language, languages):
    """Half of the words are abbreviations, whether with a capital, a small letter, a digit or nothing after them."""
    abbreviations = [f'{prefix}.' for prefix in prefixes_of(language if language in languages else 'en')]
    return words.get(language, common) + abbreviations + common * (len(abbreviations) // len(common))


def line_of(rng, words):
    parts = []
    for _ in range(rng.randint(1, 9)):
        if parts:
            parts.append(rng.choice([' ', ' ', ' ', ' ', ' ', '', '  ', '\u00a0']))
        parts.append(rng.choice(words))
    return ''.join(parts)


def moses(script, language, lines):
    text = ''.join(f'{line}\n' for line in lines).encode()
    command = ['perl', f'{scripts}/tokenizer/{script}', '-q', '-l', language]
    result = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout.decode()
    answers = result.split('\n')[:-1]
    assert len(answers) == len(lines)
    return answers


with_prefixes = sorted(name.rsplit('.', 1)[1] for name in glob.glob(f'{scripts}/share/nonbreaking_prefixes/nonbreaking_prefix.*'))
languages = with_prefixes + ['so', 'ja', 'ko', 'th', 'tr']


def token_cases(rng):
    cases = []
    for language in languages:
        words = words_of(language, with_prefixes)
        lines = [line_of(rng, words) for _ in range(200 if language in ('de', 'en') else 30)]
        answers = moses('tokenizer.perl', language, lines)
        cases += [{'language': language, 'line': line, 'tokens': tokens} for line, tokens in zip(lines, answers)]
    return cases


def detoken_cases(rng):
    marks = ['„ x', '“ .', '( ', ' ) ', '$ 5', '5 €', ' : een', 'EU : ssa', 'EU : N', ': HÄN', 'e - mail', 'bude - li ', 'x – mailem a', '3 , 5', '3 . 5 a', "l ' a", "l' a",
             "all' ora", '« a »', ' ? ', ' ! ', ' % ', '中文 文', '日本 , 語', '한국 어', 'ｱ ｲ', '@-@', 'a @-@ b', '&bra;', '&ket;', '&bar;', '&amp;lt;', '<b>', '` a `', "' ' a"]
    cases = []
    for language in languages:
        if language in ('de', 'en'):
            continue
        words = words_of(language, with_prefixes) + common * 2 + marks * 6
        lines = moses('tokenizer.perl', language, [line_of(rng, words) for _ in range(15)])
        lines += [' '.join(rng.choice(marks + common) for _ in range(rng.randint(1, 9))) for _ in range(15)]
        lines = [line for line in lines if not set(line) & set('\x85\u2028')]
        cases += [{'language': language, 'tokens': line, 'text': text} for line, text in zip(lines, moses('detokenizer.perl', language, lines))]
    return cases


def messages():
    """The compiler's messages by language, line feeds and the mark at the start of the file aside."""
    for name in sorted(glob.glob(os.path.join(folder, '../../../node_modules/typescript/lib/*/diagnosticMessages.generated.json'))):
        with open(name, encoding='utf-8-sig') as file:
            yield os.path.basename(os.path.dirname(name)), [message.replace('\n', ' ') for message in json.load(file).values()]


def message_digests():
    digests = []
    for locale, lines in messages():
        tokens = moses('tokenizer.perl', locale[:2], lines)
        text = moses('detokenizer.perl', locale[:2], tokens)
        digests.append({'locale': locale, 'lines': len(lines), 'tokens': digest(tokens), 'text': digest(text)})
    return digests


def digest(lines):
    return hashlib.sha256(''.join(f'{line}\n' for line in lines).encode()).hexdigest()


def bpe_case(rng, letters, size, merges):
    vocabulary = [''.join(rng.choice(letters) for _ in range(rng.randint(1, 9))) for _ in range(size)]
    texts = [' '.join(rng.choice(vocabulary) for _ in range(rng.randint(1, 8))) for _ in range(size)]
    codes = io.StringIO()
    learn_bpe(io.StringIO(''.join(f'{line}\n' for line in texts)), codes, merges)
    unseen = [''.join(rng.choice(letters) for _ in range(rng.randint(1, 14))) for _ in range(12)]
    lines = texts[:8] + [' '.join(unseen), f' {unseen[0]}  {unseen[1]} ', '', letters[0] * 11]
    encoder = BPE(io.StringIO(codes.getvalue()))
    return {'texts': texts, 'merges': merges, 'codes': codes.getvalue(), 'lines': lines, 'pieces': [encoder.process_line(line) for line in lines]}


def write(name, cases):
    with open(os.path.join(folder, name), 'w', encoding='utf8') as file:
        file.write('[\n' + ',\n'.join(json.dumps(case, ensure_ascii=True) for case in cases) + '\n]\n')


rng = random.Random(14)
write('tokens.json', token_cases(rng))
write('detokens.json', detoken_cases(random.Random(16)))
write('messages.json', message_digests())
bpe_rng = random.Random(15)
write('bpe.json', [
    bpe_case(bpe_rng, 'ab', 20, 40),
    bpe_case(bpe_rng, 'aabcé', 30, 60),
    bpe_case(bpe_rng, 'xＡ😀𝔸\ue000\uffee', 30, 80),
    bpe_case(bpe_rng, 'abcdefghß', 60, 150),
    bpe_case(bpe_rng, 'e\u0301n\u0303👩\u200d', 25, 50),
])
