# Prints the checksums in ../characters.test.ts: of all characters, in places where their class decides, after Moses' scripts.
#
#     perl test/text/golden/characters.pl MOSESDECODER      (Perl 5.36, Unicode 14)
use strict;
use warnings;
use Digest::SHA 'sha256_hex';
use File::Temp 'tempdir';

my ($moses) = @ARGV or die "Usage: perl $0 <folder of mosesdecoder>\n";
my $folder = tempdir(CLEANUP => 1);
my $count = 0;
open my $lines, '>:utf8', "$folder/lines" or die $!;
# All that Unicode 17 has characters in, but only the ends of blocks in which all are of one class.
for my $code (0x20 .. 0x3410, 0x4db0 .. 0x4e10, 0x9ff0 .. 0xac10, 0xd790 .. 0xd7ff, 0xe000 .. 0xe010, 0xf8f0 .. 0xfdcf,
    0xfdf0 .. 0xfffd, 0x10000 .. 0x14700, 0x16800 .. 0x18d20, 0x1aff0 .. 0x1fc00, 0x20000 .. 0x20010, 0xe0000 .. 0xe01ff) {
    my $c = chr $code;
    print $lines $count == 0 ? '' : $count % 64 == 0 ? "\n" : ' ', "x${c}y $c, 1,$c 2'$c ${c}'s z. ${c}b";
    $count++;
}
print $lines "\n";
close $lines;
for my $script ('tokenizer.perl -q -l en', 'lowercase.perl') {
    my ($name) = $script =~ /^(\w+)/;
    open my $output, '-|', "perl $moses/scripts/tokenizer/$script < $folder/lines" or die $!;
    binmode $output;
    local $/;
    print "$name ", sha256_hex(<$output>), "\n";
}
