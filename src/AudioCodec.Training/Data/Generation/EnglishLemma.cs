namespace AudioCodec.Training.Data.Generation;

/// <summary>Base forms of English words by rules: plurals, -ing, -ed, and the irregular words that descriptions of sound use.</summary>
internal static class EnglishLemma
{
    private const int ShortestStem = 2;
    private const string Vowels = "aeiouy";

    private static readonly Dictionary<string, string> s_irregular = Pairs(
        "men man women woman children child feet foot teeth tooth geese goose mice mouse buses bus leaves leaf wolves wolf knives knife lives life calves calf "
        + "broke break broken break blew blow blown blow fell fall fallen fall flew fly flown fly rang ring rung ring ran run sang sing sung sing spoke speak spoken speak "
        + "struck strike swam swim swung swing threw throw thrown throw tore tear torn tear drove drive driven drive ate eat eaten eat gave give given give heard hear "
        + "made make said say told tell took take taken take went go gone go came come wrote write written write rode ride ridden ride shook shake shaken shake "
        + "built build burnt burn left leave lit light shot shoot slid slide wept weep wound wind ground ground dying die lying lie tying tie");

    /// <summary>Words that end like forms of others and are none.</summary>
    private static readonly HashSet<string> s_whole = new(StringComparer.Ordinal)
    {
        "morning", "evening", "ceiling", "building", "lightning", "king", "wing", "hundred", "red", "bed", "sled", "shed", "naked", "wicked",
        "bus", "gas", "lens", "glass", "bass", "brass", "grass", "chaos", "series", "news", "bagpipes", "scissors", "ambience", "always", "perhaps", "thus",
    };

    /// <summary>The base form of a word in lower case; the word itself where no rule applies.</summary>
    public static string Of(string word) =>
        s_irregular.TryGetValue(word, out string? irregular) ? irregular
        : s_whole.Contains(word) || word.Length <= ShortestStem + 1 ? word
        : word.EndsWith("ing", StringComparison.Ordinal) ? OfStem(word, word[..^3])
        : word.EndsWith("eed", StringComparison.Ordinal) ? word
        : word.EndsWith("ied", StringComparison.Ordinal) ? word[..^3] + "y"
        : word.EndsWith("ed", StringComparison.Ordinal) ? OfStem(word, word[..^2])
        : OfPlural(word);

    private static string OfPlural(string word) =>
        EndsWithAny(word, "ss", "us", "is") || !word.EndsWith('s') ? word
        : word.EndsWith("ies", StringComparison.Ordinal) && word.Length > 4 ? word[..^3] + "y"
        : EndsWithAny(word, "sses", "xes", "ches", "shes", "zzes", "oes") && word.Length > 4 ? word[..^2]
        : word[..^1];

    /// <summary>A verb from what is left before -ing or -ed: a doubled consonant becomes one, a short syllable gets back its e.</summary>
    private static string OfStem(string word, string stem)
    {
        if (stem.Length < ShortestStem || !stem.Any(c => Vowels.Contains(c)))
        {
            return word;
        }

        char last = stem[^1], before = stem[^2];
        if (last == before)
        {
            return "lsfz".Contains(last) || Vowels.Contains(last) ? stem : stem[..^1];
        }

        bool consonant = !Vowels.Contains(last) && !"wx".Contains(last);
        bool pair = consonant && (last == 'l' ? "bckgptdfsz".Contains(before) : "sz".Contains(last) ? "nrw".Contains(before) : last is 'v' or 'c' || (last == 'g' && "dnr".Contains(before) && !EndsWithAny(stem, "ing", "ang", "ong", "ung")));
        bool shortSyllable = consonant && Vowels.Contains(before) && (stem.Length < 3 || !Vowels.Contains(stem[^3])) && stem.Count(c => Vowels.Contains(c)) == 1;
        return pair || shortSyllable || last == 'u' || EndsWithAny(stem, "eath", "iz", "uis", "lat", "rat", "nat", "eas", "eez", "auz", "oars") ? stem + "e" : stem;
    }

    private static bool EndsWithAny(string word, params ReadOnlySpan<string> ends)
    {
        foreach (string end in ends)
        {
            if (word.EndsWith(end, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static Dictionary<string, string> Pairs(string text) => text.Split(' ').Chunk(2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
}
