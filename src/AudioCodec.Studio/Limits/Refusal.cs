namespace AudioCodec.Studio.Limits;

/// <summary>A request that is not served, with the status and the sentence that its sender gets.</summary>
internal sealed class Refusal(int status, string message, int? retryAfterSeconds = null) : Exception(message)
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>When to try again.</summary>
    public int? RetryAfterSeconds { get; } = retryAfterSeconds;
}
