using AudioCodec.Numerics;

namespace AudioCodec.Codecs.Seanet;

/// <summary>A running encoder or decoder on an engine, which processes rows in chunks of any size.</summary>
internal unsafe interface ISeanetState : IDisposable
{
    /// <summary>Processes rows and appends the output rows that they complete.</summary>
    /// <param name="rows">[count, input channels].</param>
    /// <param name="count">Number of input rows; may be 0.</param>
    /// <param name="last">Whether the signal ends here.</param>
    /// <param name="output">[*, output channels], rows are appended here.</param>
    void Process(float* rows, int count, bool last, RowBuffer output);

    /// <summary>Prepares for another signal.</summary>
    void Reset();
}
