namespace AudioCodec.Numerics;

/// <summary>An activation of many elements; each part does a run of them.</summary>
internal sealed unsafe class ActivationJob : TeamJob
{
    private delegate*<float*, float*, int, void> _apply;
    private float* _source;
    private float* _destination;
    private int _count;

    public void Set<TActivation>(float* source, float* destination, int count)
        where TActivation : struct, IActivation
    {
        _apply = &Activation.Apply<TActivation>;
        _source = source;
        _destination = destination;
        _count = count;
    }

    public override void Run(int part, int parts)
    {
        WorkShare share = WorkShare.Of(_count, part, parts);
        _apply(_source + share.First, _destination + share.First, share.Count);
    }
}
