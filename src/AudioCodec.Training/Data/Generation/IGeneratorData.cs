namespace AudioCodec.Training.Data.Generation;

/// <summary>What a generator is trained and validated on.</summary>
internal interface IGeneratorData
{
    /// <summary>Frames F of every batch.</summary>
    int Frames { get; }

    /// <summary>Codebooks K of every batch.</summary>
    int Codebooks { get; }

    /// <summary>Files that could not be read, and the message of the first.</summary>
    (int Count, string? FirstError) BrokenFiles { get; }

    /// <summary>The batch of a step: a function of the seed and the step alone.</summary>
    /// <param name="step">Number of the step, from 0.</param>
    GeneratorBatch Next(long step);

    /// <summary>The same batches at every validation, each with its captions; none where the data hold nothing to validate on.</summary>
    IReadOnlyList<GeneratorBatch> Validation();
}
