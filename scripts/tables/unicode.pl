# The classes of characters that Moses' scripts ask Perl for, and those that Python's `lower` looks at, as JSON of ranges of code points:
#
#     perl scripts/tables/unicode.pl > src/text/characters/unicode-14.json
#
# Needs the Perl whose Unicode the recipe stands by, 5.36.
use strict;
use warnings;
use JSON::PP;
use Unicode::UCD;

die 'Perl has Unicode ' . Unicode::UCD::UnicodeVersion() . ", not 14\n" if Unicode::UCD::UnicodeVersion() ne '14.0.0';
my %classes = (
    alphabetic      => qr/\p{IsAlpha}/,
    decimalDigit    => qr/\p{Nd}/,
    number          => qr/\p{IsN}/,
    lowercase       => qr/\p{IsLower}/,
    lowercaseLetter => qr/\p{Ll}/,
    currency        => qr/\p{IsSc}/,
    cased           => qr/\p{Cased}/,
    caseIgnorable   => qr/\p{Case_Ignorable}/,
    hasLowercase    => qr/\p{Changes_When_Lowercased}/,
);
my %ranges;
for my $class (keys %classes) {
    my @found;
    for my $code (0 .. 0xd7ff, 0xe000 .. 0x10ffff) {
        next if chr($code) !~ $classes{$class};
        if (@found && $found[-1][1] == $code - 1) { $found[-1][1] = $code }
        else { push @found, [$code, $code] }
    }
    $ranges{$class} = join ' ', map { $_->[0] == $_->[1] ? sprintf '%x', $_->[0] : sprintf '%x-%x', @$_ } @found;
}
print JSON::PP->new->canonical->indent->indent_length(2)->space_after->encode(\%ranges);
