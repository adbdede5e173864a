using AudioCodec.Numerics;

namespace AudioCodec.Codecs.Seanet;

/// <summary>A layer of a running network. The layer before it writes its output directly into this one's input.</summary>
internal interface IRowLayer
{
    /// <summary>Buffer to which input rows are appended; the rows before them belong to the layer.</summary>
    RowBuffer Rows { get; }

    /// <summary>Operations on the output of the latest <see cref="Process"/> that its reader must apply, before <see cref="Release"/>.</summary>
    Unfinished Pending { get; }

    /// <summary>Accepts the last <paramref name="count"/> rows of <see cref="Rows"/> as input.</summary>
    /// <param name="count">Number of input rows; may be 0.</param>
    /// <param name="unfinished">Operations that the layer before left to be applied to them.</param>
    void Accept(int count, in Unfinished unfinished);

    /// <summary>Computes the output rows that the input so far completes.</summary>
    /// <param name="last">Whether the signal ends here. A normalized layer needs the whole signal in one call.</param>
    /// <param name="output">Output rows are appended here.</param>
    /// <returns>Rows added.</returns>
    int Process(bool last, RowBuffer output);

    /// <summary>Returns memory that is not needed until the next input to the pool.</summary>
    void Release();

    /// <summary>Prepares for another signal.</summary>
    void Reset();
}
