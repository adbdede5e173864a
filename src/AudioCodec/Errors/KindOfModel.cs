namespace AudioCodec;

/// <summary>Kinds of models in the words of a user, who has put one model's configuration where another's is needed.</summary>
internal static class KindOfModel
{
    /// <summary>Words for a <c>kind</c> of ours or a <c>model_type</c> of Hugging Face.</summary>
    public static string Words(string kind) => kind switch
    {
        "codec" or "encodec" => "a codec",
        "entropy_lm" => "a codec's entropy model",
        "generator" or "musicgen" => "a generator",
        "musicgen_melody" => "a generator that follows a melody",
        "classifier" => "a classifier of sounds",
        "t5" => "a text encoder",
        _ => "another kind of model",
    };

    /// <summary>The error of a configuration that is of another kind of model than the one that is needed, or says nothing of it.</summary>
    /// <param name="key">Key that states the kind.</param>
    /// <param name="found">Its value, or <see langword="null"/> where it is missing.</param>
    /// <param name="needed">The value that is needed.</param>
    public static ConfigException Fault(string key, string? found, string needed) => new(
        found is null
            ? $"this is not the configuration of {Words(needed)}: it does not say \"{key}\": \"{needed}\"."
            : $"{key} is '{Messages.Quote(found)}': this is the configuration of {Words(found)}; that of {Words(needed)} is needed here.",
        key);
}
