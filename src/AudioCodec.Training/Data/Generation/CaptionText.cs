using System.Text.RegularExpressions;
using AudioCodec.Training.Configuration;

namespace AudioCodec.Training.Data.Generation;

/// <summary>Reduces an English caption to what is heard: no punctuation, numbers or stop words, base forms.</summary>
/// <remarks>Source: AudioGen (arXiv 2209.15352), section 4.1. The reference takes stop words and base forms from a tagger; here they are a list and rules.</remarks>
internal static partial class CaptionText
{
    private static readonly HashSet<string> s_numbers = new(StringComparer.Ordinal)
    {
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen",
        "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "thousand", "million",
    };

    private static readonly HashSet<string> s_stopWords = new(StringComparer.Ordinal)
    {
        "a", "an", "the", "this", "that", "these", "those", "some", "any", "each", "every", "both", "all", "several", "such", "other", "another", "same",
        "i", "you", "he", "she", "it", "we", "they", "me", "him", "her", "us", "them", "my", "your", "his", "its", "our", "their", "who", "whose", "which", "what",
        "someone", "somebody", "something", "anyone", "anything", "everything", "itself", "himself", "herself", "themselves",
        "is", "are", "was", "were", "be", "been", "being", "am", "has", "have", "had", "having", "do", "does", "did", "doing", "can", "could", "may", "might",
        "must", "shall", "should", "will", "would", "of", "in", "on", "at", "by", "for", "with", "from", "to", "into", "onto", "over", "under", "through", "during",
        "before", "after", "between", "against", "about", "across", "along", "around", "behind", "beside", "near", "off", "out", "up", "down", "upon", "within", "without",
        "and", "or", "but", "nor", "so", "yet", "if", "then", "than", "as", "while", "when", "where", "because", "until", "since", "also", "too", "very", "just",
        "only", "again", "once", "here", "there", "not", "no", "how", "more", "most", "much", "many", "few", "quite", "rather", "really", "still", "even",
    };

    /// <summary>Processes a caption.</summary>
    /// <param name="caption">The caption.</param>
    /// <param name="settings">What is done.</param>
    /// <returns>Words in lower case, separated by blanks; the caption itself where nothing would be left.</returns>
    public static string Process(string caption, CaptionSettings settings)
    {
        IEnumerable<string> words = Words().Matches(caption.ToLowerInvariant()).Select(match => match.Value)
            .Where(word => !settings.DropNumbers || !IsNumber(word))
            .Where(word => !settings.DropStopWords || !s_stopWords.Contains(word))
            .Select(word => settings.Lemmatize ? EnglishLemma.Of(word) : word);
        string processed = string.Join(' ', words);
        return processed.Length > 0 ? processed : caption;
    }

    private static bool IsNumber(string word) => s_numbers.Contains(word) || word.All(char.IsDigit);

    [GeneratedRegex(@"[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*")]
    private static partial Regex Words();
}
