namespace AudioCodec.Training.Modules;

/// <summary>Size of a convolution.</summary>
internal readonly record struct ConvShape(int Input, int Output, int Kernel, int Stride = 1, int Dilation = 1);
