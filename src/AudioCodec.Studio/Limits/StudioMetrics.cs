using System.Diagnostics.Metrics;

namespace AudioCodec.Studio.Limits;

/// <summary>What OpenTelemetry collects of a server.</summary>
internal sealed class StudioMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "AudioCodec.Studio";

    private readonly Meter _meter;

    /// <summary>Creates the instruments.</summary>
    public StudioMetrics(IMeterFactory factory)
    {
        _meter = factory.Create(MeterName);
        Jobs = _meter.CreateHistogram<double>("audiocodec.studio.job.duration", "s", "Time that jobs computed.");
        Refused = _meter.CreateCounter<long>("audiocodec.studio.refused", "{request}", "Requests that were refused, by status.");
        Waiting = _meter.CreateUpDownCounter<long>("audiocodec.studio.jobs.waiting", "{job}", "Jobs that wait for their turn.");
        Running = _meter.CreateUpDownCounter<long>("audiocodec.studio.jobs.running", "{job}", "Jobs that compute.");
        Live = _meter.CreateUpDownCounter<long>("audiocodec.studio.live", "{stream}", "Live streams that are open.");
    }

    public Histogram<double> Jobs { get; }

    public Counter<long> Refused { get; }

    public UpDownCounter<long> Waiting { get; }

    public UpDownCounter<long> Running { get; }

    public UpDownCounter<long> Live { get; }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
