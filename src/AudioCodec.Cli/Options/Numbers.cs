using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace AudioCodec.Cli.Options;

/// <summary>Reads numbers with a decimal point and without group separators: <c>1,5</c> is not fifteen.</summary>
internal static class Numbers
{
    /// <summary>Makes an option read its number so.</summary>
    public static Option<double> Strict(this Option<double> option)
    {
        option.CustomParser = result => Parse(result, result.Tokens[0].Value);
        return option;
    }

    /// <inheritdoc cref="Strict(Option{double})"/>
    public static Option<double?> Strict(this Option<double?> option)
    {
        option.CustomParser = result => Parse(result, result.Tokens[0].Value);
        return option;
    }

    /// <inheritdoc cref="Strict(Option{double})"/>
    public static Option<double[]> Strict(this Option<double[]> option)
    {
        option.CustomParser = result => [.. result.Tokens.Select(token => Parse(result, token.Value))];
        return option;
    }

    private static double Parse(ArgumentResult result, string text)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
        {
            return number;
        }

        result.AddError($"{(result.Parent as OptionResult)?.IdentifierToken?.Value} {text}: a number is expected, such as 1.5.");
        return 0;
    }
}
