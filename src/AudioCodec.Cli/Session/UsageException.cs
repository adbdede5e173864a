namespace AudioCodec.Cli.Session;

/// <summary>A command line that parses, but asks for something that does not go together.</summary>
/// <param name="message">What was asked for and what to ask for instead.</param>
internal sealed class UsageException(string message) : Exception(message)
{
    /// <summary>What the library refused because the user asked for it, in the library's words.</summary>
    /// <param name="refusal">The library's exception; its parameter's name says nothing to a user.</param>
    public UsageException(ArgumentException refusal)
        : this(Messages.WithoutParameter(refusal))
    {
    }
}
