#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sample/Field.hh"

namespace caloforge::sample {

/// Named values of N samples in somebody else's memory, which has to outlive the view. Cheap to copy and to
/// cut; any number of threads may read one.
class ColumnsView {
  public:
    explicit ColumnsView(std::size_t rows = 0) : rows_(rows) {}

    /// `values`: (N, ...), row-major. Throws InputError for a name that is there already and for numbers that
    /// do not make N rows.
    ColumnsView& add(std::string_view name, std::span<const float> values);

    std::size_t rows() const { return rows_; }
    bool has(std::string_view name) const { return find(name) != nullptr; }
    /// (N, ...); empty where there is no such column.
    std::span<const float> values(std::string_view name) const;
    /// Of one sample; empty where there is no such column.
    std::span<const float> row(std::string_view name, std::size_t i) const;
    /// In the order in which they were added.
    std::vector<std::string_view> names() const;
    /// Rows [begin, begin + count).
    ColumnsView part(std::size_t begin, std::size_t count) const;

  private:
    struct Column {
        std::string_view name;
        std::span<const float> values;
    };
    const Column* find(std::string_view name) const;

    std::size_t rows_;
    std::vector<Column> columns_;
};

/// One sample of a view, which has to outlive it.
class Row {
  public:
    Row(const ColumnsView& columns, std::size_t row) : columns_(&columns), row_(row) {}
    /// Empty where there is no such column.
    std::span<const float> operator[](std::string_view name) const { return columns_->row(name, row_); }

  private:
    const ColumnsView* columns_;
    std::size_t row_;
};

/// Fields of N samples with their values. Owns its memory; one thread at a time.
class Columns {
  public:
    explicit Columns(std::size_t rows = 0) : rows_(rows) {}
    /// Zeros.
    Columns(std::size_t rows, const Fields& fields);

    /// A field of zeros. Throws InputError for a name that is there already.
    std::span<float> add(Field field);
    /// Throws InputError also for numbers that do not make N rows.
    void add(Field field, std::vector<float> values);
    void remove(std::string_view name);
    /// Removes a field and returns its values; empty where there is no such field.
    std::vector<float> take(std::string_view name);

    std::size_t rows() const { return rows_; }
    /// Keeps what is there of every field, zeros behind it.
    void resize(std::size_t rows);
    /// The rows of another set behind these. Throws InputError unless its fields are the same, or one of
    /// the two has neither fields nor rows.
    void append(const Columns& other);
    /// Row `from` of another set with the same fields, over row `to`.
    void copy_row(std::size_t to, const Columns& other, std::size_t from);

    const Fields& fields() const { return fields_; }
    bool has(std::string_view name) const { return index_of(name) < fields_.size(); }
    /// (N, shape...); empty where there is no such field.
    std::span<float> values(std::string_view name);
    std::span<const float> values(std::string_view name) const;

    ColumnsView view() const;

  private:
    std::size_t index_of(std::string_view name) const;

    std::size_t rows_;
    Fields fields_;
    std::vector<std::vector<float>> values_;
};

}  // namespace caloforge::sample
