namespace AudioCodec.Torch.Quantization;

/// <summary>How codebooks follow what they quantize while they are trained.</summary>
/// <param name="Decay">Decay of the moving averages that make the codewords, for each batch.</param>
/// <param name="DeadBelow">A code with a lower average of uses per batch is replaced; 0 keeps all.</param>
public sealed record CodebookUpdate(double Decay = 0.99, double DeadBelow = 0.02);
