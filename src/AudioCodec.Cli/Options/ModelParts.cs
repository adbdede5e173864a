namespace AudioCodec.Cli.Options;

/// <summary>What a command does with a model, and so which options about it make sense.</summary>
[Flags]
internal enum ModelParts
{
    /// <summary>Only looks up what it is.</summary>
    None = 0,

    /// <summary>Chooses one, so that there is a short form for the stereo model.</summary>
    Choice = 1,

    /// <summary>Entropy-codes or decodes.</summary>
    LanguageModel = 2,

    /// <summary>Runs the network, for one file or several.</summary>
    Network = 4,

    /// <summary>Runs the network for many files at once, each on one thread.</summary>
    ManyFiles = 8,
}
