using AudioCodec.Classification;
using AudioCodec.Numerics;
using AudioCodec.Torch.Layers;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Classification;

/// <summary>The networks of a sound classifier: the trainable twin of <see cref="SoundClassifier"/>, under the same names.</summary>
internal sealed class ClassifierNetwork : nn.Module
{
    [ComponentName(Name = "members")]
    private readonly ModuleGroup _named;

    /// <summary>Creates networks with fresh weights on the CPU; <c>to</c> moves them.</summary>
    /// <param name="config">Architecture.</param>
    /// <param name="random">Source of the weights.</param>
    public ClassifierNetwork(ClassifierConfig config, SplitMix random)
        : base(nameof(ClassifierNetwork))
    {
        Config = config.Validated();
        Members = [.. Enumerable.Range(0, config.Members).Select(_ => new ClassifierMemberNetwork(config, random))];
        _named = ModuleGroup.Numbered(Members);
        RegisterComponents();
    }

    /// <summary>Architecture.</summary>
    public ClassifierConfig Config { get; }

    /// <summary>The networks of the ensemble.</summary>
    public IReadOnlyList<ClassifierMemberNetwork> Members { get; }
}
