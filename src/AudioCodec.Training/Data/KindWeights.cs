using AudioCodec.Training.Configuration;

namespace AudioCodec.Training.Data;

/// <summary>Decides whether a recipe's weights of kinds apply to a data set.</summary>
internal static class KindWeights
{
    /// <summary>The weights that apply; empty where all files are to be drawn alike.</summary>
    /// <param name="setting">Key of the weights in the recipe.</param>
    /// <param name="weights">The recipe's weights.</param>
    /// <param name="kinds">What each file counts for; empty where it is of no kind.</param>
    /// <param name="stated">Whether a manifest states the kinds. The names of a folder's subfolders need not be meant as the recipe's kinds.</param>
    /// <param name="report">Told in one line that the weights do not apply, or which kinds have none.</param>
    public static Dictionary<string, StepValue> Applying(
        string setting, Dictionary<string, StepValue> weights, IEnumerable<string> kinds, bool stated, Action<string> report)
    {
        string[] found = [.. kinds.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        string? fault = weights.Count == 0 ? null
            : found.All(kind => kind.Length == 0) ? "no kinds of files are known"
            : stated ? null // What a manifest states and the recipe does not know is a mistake in one of them: drawing refuses it.
            : !found.Any(weights.ContainsKey) ? "no subfolder has such a name"
            : weights.Values.SelectMany(weight => weight.Steps).Append(0).Any(step => !found.Any(kind => weights.TryGetValue(kind, out StepValue? own) && own.At(step) > 0))
                ? "the subfolders of such names have no weight above 0 at some step" : null;
        if (fault is not null)
        {
            report($"{setting} ({string.Join(", ", weights.Keys)}) does not apply, as {fault}: all files are drawn alike");
            return [];
        }

        string[] without = [.. found.Where(kind => !weights.ContainsKey(kind)).Select(kind => kind.Length > 0 ? kind : "files of no kind")];
        if (without.Length > 0 && without.Length < found.Length && weights.Count > 0)
        {
            report($"{setting} has no weight for {string.Join(", ", without)}: they are not drawn");
        }

        return weights;
    }

    /// <inheritdoc cref="Applying(string, Dictionary{string, StepValue}, IEnumerable{string}, bool, Action{string})"/>
    public static Dictionary<string, double> Applying(
        string setting, Dictionary<string, double> weights, IEnumerable<string> kinds, bool stated, Action<string> report) =>
        Applying(setting, weights.ToDictionary(w => w.Key, w => new StepValue(w.Value)), kinds, stated, report).Count > 0 ? weights : [];
}
