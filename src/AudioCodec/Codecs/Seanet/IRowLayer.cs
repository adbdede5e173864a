using AudioCodec.Numerics;

namespace AudioCodec.Codecs.Seanet;

/// <summary>A layer of a running network, which the layer before it writes its output into directly.</summary>
internal interface IRowLayer
{
    /// <summary>Where input rows are added; what stands before them is the layer's own.</summary>
    RowBuffer Rows { get; }

    /// <summary>What is still to be done to the output of the latest <see cref="Process"/>, before <see cref="Release"/>.</summary>
    Unfinished Left { get; }

    /// <summary>Takes the last <paramref name="count"/> rows of <see cref="Rows"/> as input.</summary>
    /// <param name="count">Rows that came in; may be 0.</param>
    /// <param name="unfinished">What the layer before left to be done to them.</param>
    void Accept(int count, in Unfinished unfinished);

    /// <summary>Gives the output rows that the input so far completes.</summary>
    /// <param name="last">Whether the signal ends here. A normalized layer takes the whole signal in one call.</param>
    /// <param name="output">Output rows are added here.</param>
    /// <returns>Rows added.</returns>
    int Process(bool last, RowBuffer output);

    /// <summary>Gives memory that is not needed until the next input back to the pool.</summary>
    void Release();

    /// <summary>Forgets the signal.</summary>
    void Reset();
}
