using VicRegSweeps.Cli;

return CommandLine.Run(args);
