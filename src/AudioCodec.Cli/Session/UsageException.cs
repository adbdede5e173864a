namespace AudioCodec.Cli.Session;

/// <summary>A command line that parses, but asks for something that does not go together.</summary>
/// <param name="message">What was asked for and what to ask for instead.</param>
internal sealed class UsageException(string message) : Exception(message)
{
    /// <summary>What the library refused because the user asked for it, in the library's words.</summary>
    /// <param name="refusal">The library's exception; its parameter's name says nothing to a user.</param>
    public UsageException(ArgumentException refusal)
        : this(WithoutParameter(refusal))
    {
    }

    /// <summary>The message of a refusal in words of the user.</summary>
    public static string WithoutParameter(ArgumentException refusal) => refusal.ParamName is null
        ? refusal.Message
        : refusal.Message.Replace($" (Parameter '{refusal.ParamName}')", string.Empty, StringComparison.Ordinal);
}
