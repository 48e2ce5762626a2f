#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace caloforge::core {

/// A TOML table that is read key by key, with defaults. It remembers which keys were asked for: `finish()`
/// then rejects the others, naming the line and the nearest valid key, and `effective()` prints the complete
/// configuration. Throws InputError "file:line: `key` ...". Not thread-safe; copies share their state.
class ConfigTable {
  public:
    static ConfigTable load(const std::filesystem::path& path);
    static ConfigTable parse(const std::string& text, const std::string& source = "<text>");
    static ConfigTable empty() { return parse("", "<command line>"); }

    /// Puts a value there before it is read (command-line flags override the file). `key` may be dotted.
    void set(const std::string& key, bool value);
    void set(const std::string& key, std::int64_t value);
    void set(const std::string& key, double value);
    void set(const std::string& key, const std::string& value);
    void set(const std::string& key, const std::vector<std::string>& value);

    bool has(const std::string& key) const;
    double number(const std::string& key, std::optional<double> fallback = {});
    std::int64_t integer(const std::string& key, std::optional<std::int64_t> fallback = {});
    bool boolean(const std::string& key, std::optional<bool> fallback = {});
    std::string text(const std::string& key, const std::optional<std::string>& fallback = {});
    /// A text out of a fixed list; the message for another one names the nearest.
    std::string choice(const std::string& key, const std::vector<std::string>& allowed,
                       const std::string& fallback);
    std::vector<double> numbers(const std::string& key,
                                const std::optional<std::vector<double>>& fallback = {});
    std::vector<std::string> texts(const std::string& key,
                                   const std::optional<std::vector<std::string>>& fallback = {});
    /// A number that must lie in [low, high].
    double number_in(const std::string& key, double low, double high, std::optional<double> fallback = {});
    std::int64_t integer_in(const std::string& key, std::int64_t low, std::int64_t high,
                            std::optional<std::int64_t> fallback = {});

    /// The sub-table `[key]`; an empty one when it is missing.
    ConfigTable table(const std::string& key);
    /// The array of tables `[[key]]`; empty when it is missing.
    std::vector<ConfigTable> tables(const std::string& key);

    /// Throws InputError for the first key, here or in a sub-table, that nobody asked for.
    void finish() const;
    /// Everything that was read, defaults included, as TOML text.
    std::string effective() const;
    /// Throws InputError "source:line: `key` problem". For checks of meaning made by the caller.
    [[noreturn]] void fail(const std::string& key, const std::string& problem) const;

  private:
    struct State;
    struct Impl;
    explicit ConfigTable(std::shared_ptr<State> state) : state_(std::move(state)) {}
    std::shared_ptr<State> state_;
};

}  // namespace caloforge::core
