"""
Makes the cases in this folder: random lines of a grammar of nasty text, with what other tools make of them. The tests only read them.

    python3 -m venv VENV && VENV/bin/pip install mosestokenizer==1.2.1 sacremoses==0.2.0 subword-nmt==0.3.8
    VENV/bin/python test/text/golden/make.py

`tokens.json`: Moses' tokenizer.perl, of which mosestokenizer brings a copy (Perl is needed). That copy is older than the recipe's: it
lacks three rules about the end of a line (a comma after a final number, a period after a final abbreviation, a period and an apostrophe
at the end), and its English list has "Inc" and lacks "Rs". Therefore
  - "Inc" and "Rs" are not in the grammar;
  - each line is given to Perl with a word after it, so that nothing nasty is at its end;
  - of the line without that word the answer is sacremoses', which has the first of the rules. Left out are lines
      - that end in a period or an apostrophe: the other rules are not sacremoses' either;
      - where sacremoses and Perl disagree about the line with the word, as on characters that Python's lists do not have as letters
        or digits (most beyond Latin, Greek and Cyrillic), on control characters, on white space other than ASCII's, and on two
        apostrophes in a row.

`bpe.json`: subword-nmt's learn_bpe and apply_bpe, on words with ties, runs of one letter, and characters beyond the basic plane.
"""
import io
import json
import os
import random
import subprocess
import mosestokenizer
from sacremoses import MosesTokenizer
from subword_nmt.apply_bpe import BPE
from subword_nmt.learn_bpe import learn_bpe

folder = os.path.dirname(os.path.abspath(__file__))
perl = os.path.join(os.path.dirname(mosestokenizer.__file__), 'tokenizer-v1.1.perl')

common = [
    '1.000,5', '1,000.50', '5,', ',5', '1.', '23.', '3.14', '.5', '...', '....', '..', '.', ',', ',,', '-', '--', '–', '12:30', '5%', '€3,50',
    '"', "'", "''", '„so“', '“so”', '‚so‘', '«so»', '(vgl.)', '[1]', '<b>', '</b>', '&amp;', 'a|b', '`x`', 'x/y', 'a_b', '#5', '@x', '\\', '$1.50', '½', 'x²',
    'https://beispiel.de/a?b=c&d=1,2', 'www.example.org.', 'a.b@c.de', 'v1.2.3', '1.2.', 'A.B.C.', 'a.b.', 'U.S.', 'x.Y', '10.000.', 'Nr.5', 'No.5',
    '😀', '👩‍👧', 'ok👍.', 'e\u0301te\u0301', 'n\u0303', 'a\u0308,', 'ß', 'ſ', 'Ǆ', 'ﬁn', 'Σίσυφος', 'ΣΑΣ', 'İst', 'Żółć,', 'мир.', '中文。', '日本,語', 'ⅷ.', '٣,٤', 'क्षि',
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
closing = {'de': 'Ende', 'en': 'End'}


def line_of(rng, language):
    parts = []
    for _ in range(rng.randint(1, 9)):
        if parts:
            parts.append(rng.choice([' ', ' ', ' ', ' ', ' ', '', '  ', '\u00a0']))
        parts.append(rng.choice(words[language]))
    return ''.join(parts)


def moses(lines, language):
    text = ''.join(f'{line} {closing[language]}\n' for line in lines).encode()
    result = subprocess.run(['perl', perl, '-q', '-l', language], input=text, stdout=subprocess.PIPE, check=True).stdout.decode()
    answers = result.split('\n')[:-1]
    assert len(answers) == len(lines)
    return answers


def token_cases(rng, language, count):
    lines = [line_of(rng, language) for _ in range(count)]
    python = MosesTokenizer(language)
    cases = []
    for line, answer in zip(lines, moses(lines, language)):
        closed = f'{line} {closing[language]}'
        cases.append({'language': language, 'line': closed, 'tokens': answer})
        if line.strip() and not line.rstrip().endswith(("'", '.')) and python.tokenize(closed, return_str=True) == answer:
            cases.append({'language': language, 'line': line, 'tokens': python.tokenize(line, return_str=True)})
    return cases


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
write('tokens.json', token_cases(rng, 'de', 350) + token_cases(rng, 'en', 350))
write('bpe.json', [
    bpe_case(rng, 'ab', 20, 40),
    bpe_case(rng, 'aabcé', 30, 60),
    bpe_case(rng, 'xＡ😀𝔸\ue000\uffee', 30, 80),
    bpe_case(rng, 'abcdefghß', 60, 150),
    bpe_case(rng, 'e\u0301n\u0303👩\u200d', 25, 50),
])
