#include "ShowerRunOptions.hh"

#include "Command.hh"

namespace caloforge::app {

void add_shower_run_options(CLI::App& command, ShowerRunOptions& options, const std::string& about_out,
                            const std::string& about_threads) {
    command
        .add_option("--energy", options.energy,
                    "Incident kinetic energy in GeV: 50, or 10:500 (uniform), or log:1:500 (uniform in its "
                    "logarithm), "
                    "or 50,100,200 (in turn)")
        ->required();
    command.add_option("--count", options.count, "Number of showers")->transform(whole_number(1, INT64_MAX));
    command.add_option("--out", options.out, about_out)->required()->check(named());
    command.add_option("--seed", options.seed, "Shower i is a function of (seed, i, energy)")
        ->transform(whole_number(0, INT64_MAX))
        ->group("Changes physics");
    command.add_option("--first", options.first, "Number of the first shower, to make parts of one run")
        ->transform(whole_number(0, INT64_MAX))
        ->group("Changes physics");
    command.add_option("--threads", options.threads, about_threads)
        ->transform(whole_number(0, 4096))
        ->group("Changes speed");
    command.add_option("--gzip", options.gzip, "Compression level of the file, 0 to 9")
        ->transform(whole_number(0, 9))
        ->group("Changes speed");
    command.add_flag("--json", options.json, "run.json on stdout too");
}

}  // namespace caloforge::app
