# The non-breaking prefixes of every language of Moses, as JSON:
#
#     perl scripts/tables/prefixes.pl MOSESDECODER > src/text/languages/prefixes.json
#
# Read as tokenizer.perl reads them. Entries with white space in them are left out, as no word is ever equal to one.
use strict;
use warnings;
use open qw(:std :encoding(UTF-8));
use JSON::PP;

my ($moses) = @ARGV or die "Usage: perl $0 <folder of mosesdecoder>\n";
my %prefixes;
for my $file (glob "$moses/scripts/share/nonbreaking_prefixes/nonbreaking_prefix.*") {
    my ($language) = $file =~ /\.([a-z]+)$/;
    my %rule;
    open my $lines, '<', $file or die "$file: $!";
    while (my $item = <$lines>) {
        chomp $item;
        next if !$item || $item =~ /^#/;
        if ($item =~ /(.*)\s+#NUMERIC_ONLY#/) { $rule{$1} = 'beforeNumber' }
        else { $rule{$item} = 'always' }
    }
    $prefixes{$language} = { always => '', beforeNumber => '' };
    for my $prefix (grep { !/\s/ } sort keys %rule) {
        my $list = \$prefixes{$language}{ $rule{$prefix} };
        $$list .= ($$list eq '' ? '' : ' ') . $prefix;
    }
}
print JSON::PP->new->canonical->indent->indent_length(2)->space_after->encode(\%prefixes);
