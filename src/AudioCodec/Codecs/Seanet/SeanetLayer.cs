namespace AudioCodec.Codecs.Seanet;

/// <summary>Description of a layer of SEANet, from which both engines build theirs.</summary>
/// <param name="Name">Official name of its module, such as <c>encoder.model.3</c>.</param>
internal abstract record SeanetLayer(string Name)
{
    /// <summary>Official names and shapes of its tensors.</summary>
    public abstract IEnumerable<(string Name, int[] Shape)> Tensors { get; }

    /// <summary>Last part of <see cref="Name"/>: what the module around it calls it.</summary>
    public string OwnName => Name[(Name.LastIndexOf('.') + 1)..];
}

/// <summary>A residual unit: ELU, dilated convolution to fewer channels, ELU, 1x1 convolution back; the shortcut is added.</summary>
/// <param name="Name">Official name of its module.</param>
/// <param name="Reduce">The dilated convolution, <c>block.1</c>.</param>
/// <param name="Expand">The 1x1 convolution, <c>block.3</c>.</param>
/// <param name="Shortcut">The 1x1 convolution around them, or <see langword="null"/> for the identity.</param>
internal sealed record ResidualLayer(string Name, ConvLayer Reduce, ConvLayer Expand, ConvLayer? Shortcut) : SeanetLayer(Name)
{
    /// <summary>Channels in and out.</summary>
    public int Channels => Reduce.InputChannels;

    /// <inheritdoc/>
    public override IEnumerable<(string Name, int[] Shape)> Tensors => Reduce.Tensors.Concat(Expand.Tensors).Concat(Shortcut?.Tensors ?? []);
}

/// <summary>A stack of LSTM layers with one skip connection around it: y = lstm(x) + x.</summary>
/// <param name="Name">Official name of its module.</param>
/// <param name="Units">Inputs and hidden units H of every layer.</param>
/// <param name="Layers">Layers of the stack.</param>
internal sealed record LstmLayer(string Name, int Units, int Layers) : SeanetLayer(Name)
{
    /// <summary>Official name of the stack inside the module, which precedes <c>weight_ih_l0</c>.</summary>
    public string StackName => $"{Name}.lstm";

    /// <inheritdoc/>
    public override IEnumerable<(string Name, int[] Shape)> Tensors => Enumerable.Range(0, Layers).SelectMany(layer => new (string, int[])[]
    {
        ($"{StackName}.weight_ih_l{layer}", [4 * Units, Units]),
        ($"{StackName}.weight_hh_l{layer}", [4 * Units, Units]),
        ($"{StackName}.bias_ih_l{layer}", [4 * Units]),
        ($"{StackName}.bias_hh_l{layer}", [4 * Units]),
    });
}
